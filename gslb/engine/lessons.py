"""Learning replies by heart: from packets as they come, apart from answering them.

packet ─► look_up ─► put as resolvers put it? ─┬─► everybody is answered the same: ready, folded
                                               ├─► it ends with a subnet: near, folded near
                                               └─► its name does not exist, its parent does: below
refresh ─► what plans said that are no more is forgotten; everything, where zones have changed
"""

from __future__ import annotations

from collections.abc import Container, Iterator, MutableMapping
from typing import Any, NamedTuple

from gslb.engine.answer import HEADER, Asked, assemble, look_up
from gslb.engine.batch import KEY_SLOT, REPLY, address_of_bytes
from gslb.engine.chooser import chooser
from gslb.engine.hot import NEAR4, NEAR6, OCTETS4, OCTETS6, OVERHEAD, Below, Folded, FoldedNear, HotReplies, cased
from gslb.engine.near import Near
from gslb.engine.query import OPT_SIZE, label_starts
from gslb.engine.steps import Steps
from gslb.engine.tallies import Tallies
from gslb.image import HAS_OPT, FlatBody, FlatBucket, FlatDraw, ImageError, LiveLayer, LiveZone, Plan, Tables, ZoneImage

FEW_NAMES = 1 << 15  # of a zone
OCTETS = {NEAR4[:-1]: OCTETS4, NEAR6[:-1]: OCTETS6}

# What resolvers ask, so that others cannot fill this with what nobody asks again.
TYPES = frozenset({1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 43, 48, 64, 65, 255, 257})
PAYLOADS = frozenset({512, 1220, 1232, 1280, 1400, 1410, 1432, 1440, 1452, 1472, 4096, 8192, 65494})
OPT_FLAGS = frozenset({b"\0\0", b"\x80\0"})


class Planned(NamedTuple):
    """An entry, and the plan it was learned from."""

    entries: MutableMapping[bytes, Any]
    key: bytes
    layer: LiveLayer
    row: int
    plan: Plan


class LookedUp:
    """The crc32s of the names in images that have too many of them to hold."""

    def __init__(self, images: list[ZoneImage]) -> None:
        self._may_have = [image.may_have for image in images]

    def __contains__(self, crc: object) -> bool:
        return any(may_have(crc) for may_have in self._may_have)  # type: ignore[arg-type]


class Lessons:
    """Fills `hot` from `tables`. Nothing here may be called while a batch is on its way."""

    def __init__(self, hot: HotReplies, tables: Tables, draws: Iterator[int], tallies: Tallies) -> None:
        self._hot = hot
        self._tables = tables
        self._draws = draws
        self._tallies = tallies
        self._zones = tables.zones
        self._planned: list[Planned] = []
        self._steps: dict[str, Steps] = {}
        self._names: dict[bytes, tuple[tuple[LiveLayer, ...], Container[int]]] = {}  # by apex

    def refreshed(self) -> None:
        """Forget what was learned from tables that are no more."""
        tables = self._tables
        places, zones = tables.places, tables.zones
        self._steps = {digest: steps for digest, steps in self._steps.items() if places.get(digest) is steps.places}
        if zones is not self._zones:
            self._zones = zones
            self._names = {apex: names for apex, names in self._names.items() if apex in zones}
            self.forget()
            return
        kept = []
        for one in self._planned:
            if self._still_published(one):
                kept.append(one)
            else:
                one.entries.pop(one.key, None)
        self._planned = kept

    def _still_published(self, one: Planned) -> bool:
        try:
            return self._tables.plan(one.layer, one.row) is one.plan
        except (ImageError, OSError):  # whoever asks for it finds that out again
            return False

    def forget(self) -> None:
        """Forget everything."""
        self._hot.clear()
        self._planned.clear()

    def prepare(self) -> bool:
        """Do what is good to have done before it is asked for, a millisecond at most; whether there is more to do."""
        return any(steps.fill() for steps in self._steps.values())

    def learn(self, packet: bytes) -> None:
        """Keep how to answer this packet, if it is one that may come again."""
        if self._hot.full:
            self.forget()
        if len(packet) > KEY_SLOT or len(packet) < HEADER or packet[2] & 0xFE or packet[3] & 0xCF:
            return
        asked = look_up(self._tables, packet)
        if asked is None or not _is_common(packet, asked):
            return
        what, question, subnet = asked[0], asked[3], asked[7]
        name = question[:-4]
        folded = name.lower()
        found = self._tables.names.get(folded)
        if found is None:
            if subnet is None and isinstance(what, FlatBody):
                self._learn_below(packet, asked, what)
            return
        if subnet is not None:
            entries, key = self._learn_near(packet, asked, len(subnet.address), name == folded)
        else:
            entries, key = self._learn_for_everybody(packet, asked, name == folded)
        if isinstance(what, Plan) and key in entries:
            layer, rows = found
            row = rows.target(question[-4] << 8 | question[-3])[0]
            assert isinstance(row, int)  # noqa: S101 - what else would have a plan
            self._planned.append(Planned(entries, key, layer, row, what))
        if key and name != folded:  # or it would be answered as in any case, and never be ready
            self.learn(packet[:HEADER] + folded + packet[HEADER + len(name) :])

    def _learn_for_everybody(
        self, packet: bytes, asked: Asked, exact: bool
    ) -> tuple[MutableMapping[bytes, Any], bytes]:
        what, counts, counter, question, mix, limit, opt, _ = asked
        hot, size = self._hot, len(packet)
        key = packet[2:].ljust(KEY_SLOT - 2, b"\0")
        entries: MutableMapping[bytes, Any] = hot.ready if exact else hot.folded
        place = key if exact else key.lower()
        node = _for_everybody(what)
        if node is None or place in entries:
            return entries, b""
        replies: list[tuple[bytes, int]] = []
        for body in node.bodies if isinstance(node, FlatDraw) else (node,):
            rest = assemble(body, question, mix, limit, opt)
            counted = counter if node is what else counter + body.ordinal
            if rest is None or counted >= len(counts):
                return entries, b""
            replies.append((rest, counted))
        if not hot.take(size + sum(len(rest) + OVERHEAD for rest, _ in replies)):
            return entries, b""
        draw = node if isinstance(node, FlatDraw) else None
        if exact:
            values = [REPLY.pack(address_of_bytes(rest), len(rest), size) for rest, _ in replies]
            for value, (rest, counted) in zip(values, replies, strict=True):
                self._tallies.add(rest, counts, counted, value)
            hot.held[place] = [rest for rest, _ in replies]
            hot.ready[place] = chooser(values, draw, self._draws)
        else:
            stop = 10 + len(question)
            pieces = [(rest[:10], rest[stop:], self._tallies.add(rest, counts, counted)) for rest, counted in replies]
            tail = cased(key[stop - 4 : size - 2])
            hot.folded[place] = Folded(stop, tail, size, chooser(pieces, draw, self._draws))
        return entries, place

    def _learn_near(
        self, packet: bytes, asked: Asked, octets: int, exact: bool
    ) -> tuple[MutableMapping[bytes, Any], bytes]:
        what, hot = asked[0], self._hot
        key = packet[2:-octets]
        entries: MutableMapping[bytes, Any] = hot.near if exact else hot.folded_near
        place = key if exact else key.lower()
        steps = None
        if isinstance(what, Plan) and what.located:
            if what.locate_resolver:
                return entries, b""
            if what.places:
                steps = self._steps.get(what.places)
                if steps is None:
                    steps = self._steps[what.places] = Steps(self._tables.places[what.places])
        if place in entries or not hot.take(2 * len(packet)):
            return entries, b""
        near = Near(asked, steps, self._draws, self._tallies, hot.take)
        if exact:
            hot.near[place] = near
        else:
            stop = 10 + len(asked[3])
            hot.folded_near[place] = FoldedNear(stop, cased(key[stop - 4 :]), near)
        return entries, place

    def _learn_below(self, packet: bytes, asked: Asked, body: FlatBody) -> None:
        _, counts, counter, question, mix, limit, opt, _ = asked
        name = question[:-4].lower()
        starts = label_starts(packet)
        if starts is None or len(starts) < 2:
            return
        key = packet[2:HEADER] + packet[HEADER + starts[1] :].lower()
        parent = name[starts[1] :]
        zone = next((zone for at in starts if (zone := self._tables.zones.get(name[at:]))), None)
        fits = body.name_length == 0 and KEY_SLOT + HEADER + len(body.wire) + len(opt) <= limit  # behind any question
        if key in self._hot.below or zone is None or zone.below(parent) is None or not fits or counter >= len(counts):
            return
        if any(apex[1 + apex[0] :] == parent for apex in self._tables.zones if apex != b"\0"):
            return  # a zone of its own may be the name
        head, rest = body.heads[mix], body.wire + opt
        if self._hot.take(len(packet) + len(rest)):
            tail = cased(packet[HEADER + len(name) :])
            pieces = (head, rest, self._tallies.add(head, counts, counter))
            self._hot.below[key] = Below(11 + len(parent) + 4, tail, self._names_of(zone), pieces)

    def _names_of(self, zone: LiveZone) -> Container[int]:
        """The crc32s of a zone's names: all of them where they are few, else whoever looks them up."""
        layers, names = self._names.get(zone.layers[0].image.apex, ((), frozenset()))
        if layers != zone.layers:
            images = [layer.image for layer in zone.layers]
            few = sum(image.entry_count for image in images) <= FEW_NAMES
            names = frozenset().union(*(image.crcs() for image in images)) if few else LookedUp(images)
            self._names[images[0].apex] = zone.layers, names
        return names


def _is_common(packet: bytes, asked: Asked) -> bool:
    """Whether a query is put as resolvers put them, with no option but a subnet of /24 or /56."""
    question, mix, subnet = asked[3], asked[4], asked[7]
    if question[-4] << 8 | question[-3] not in TYPES:
        return False
    if not mix & HAS_OPT:
        return True
    stop = HEADER + len(question)
    options = 0
    if subnet is not None:
        octets = OCTETS.get(subnet.head)
        if octets is None:
            return False
        options = len(subnet.head) + 1 + octets
    payload, code, flags = packet[stop + 3] << 8 | packet[stop + 4], packet[stop + 5], packet[stop + 7 : stop + 9]
    return len(packet) == stop + OPT_SIZE + options and payload in PAYLOADS and not code and flags in OPT_FLAGS


def _for_everybody(what: FlatBody | Plan) -> FlatBody | FlatDraw | None:
    """What every client is answered from; None where it matters who asks."""
    if isinstance(what, FlatBody):
        return what
    node = None if what.located else what.part(0)
    return None if isinstance(node, FlatBucket) else node
