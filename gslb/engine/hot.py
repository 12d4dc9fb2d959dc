"""Replies to the queries that keep coming, each made once: most packets need one look-up.

packet[2:], then zeros ─┬─► ready    what everybody is answered, or one of a few by weight: sent from where it stands
                        ├─► near     all but a subnet's address: class and scope are looked up, the address appended
                        ├─► folded   in lower case: the question is copied from the packet
                        └─► below    without the first label: a name that does not exist, under one that does

Keys never hold what an asker makes up: names exist (or their parents do), types and payload sizes are common ones, and
the only option is a subnet. All of it takes a bounded number of octets; when that is reached, it is learned again.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterator
from typing import NamedTuple
from zlib import crc32

from gslb.engine.answer import HEADER, Asked, assemble, look_up
from gslb.engine.batch import KEY_SLOT, REPLY, address_of_bytes
from gslb.engine.chooser import chooser
from gslb.engine.near import Near, Split
from gslb.engine.query import OPT_SIZE, label_starts
from gslb.engine.steps import Steps
from gslb.engine.tallies import Tallies
from gslb.image import (
    HAS_OPT,
    FlatBody,
    FlatBucket,
    FlatDraw,
    LiveLayer,
    LiveZone,
    Plan,
    Tables,
    ZoneImage,
    client_bucket,
)

MOST_OCTETS = 16 << 20
FEW_NAMES = 1 << 15  # of a zone
OVERHEAD = 500  # octets that an entry takes besides its key, and as many for each reply, rounded up

# What a query with a subnet ends with before the address, for the two prefixes that resolvers send: /24 and /56.
NEAR4, NEAR6 = bytes.fromhex("0008000700011800"), bytes.fromhex("0008000b00023800")
OCTETS4, OCTETS6 = 3, 7
OCTETS = {NEAR4[:-1]: OCTETS4, NEAR6[:-1]: OCTETS6}

# What resolvers ask, so that others cannot fill this with what nobody asks again.
TYPES = frozenset({1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 43, 48, 64, 65, 255, 257})
PAYLOADS = frozenset({512, 1220, 1232, 1280, 1400, 1410, 1432, 1440, 1452, 1472, 4096, 8192, 65494})
OPT_FLAGS = frozenset({b"\0\0", b"\x80\0"})

Pieces = tuple[bytes, bytes, Hashable]  # of a reply: what stands before the question and behind it, and its tally


class Folded(NamedTuple):
    """A query in any case: where its question ends, what follows its name (see _cased), its size, its reply."""

    stop: int
    tail: bytes
    size: int
    pieces: Iterator[Pieces]


class FoldedNear(NamedTuple):
    """A query in any case, up to the address of its subnet."""

    stop: int
    tail: bytes
    near: Near


class Below(NamedTuple):
    """A query for a name one label below an existing one: where its question ends, less the label's length; what
    follows its name; crc32s of the names that may exist after all; the reply to those that do not."""

    stop: int
    tail: bytes
    present: Container[int]
    pieces: Pieces


class LookedUp:
    """The crc32s of the names in images that have too many of them to hold."""

    def __init__(self, images: list[ZoneImage]) -> None:
        self._may_have = [image.may_have for image in images]

    def __contains__(self, crc: object) -> bool:
        return any(may_have(crc) for may_have in self._may_have)  # type: ignore[arg-type]


class HotReplies:
    """The replies that a worker knows by heart. After each refresh of the tables, call `refreshed`."""

    def __init__(self, tables: Tables, draws: Iterator[int], tallies: Tallies, most_octets: int = MOST_OCTETS) -> None:
        self.ready: dict[bytes, Iterator[bytes]] = {}  # values are REPLYs
        self.octets = 0  # taken so far
        self._folded: dict[bytes, Folded] = {}
        self._near: dict[bytes, Near] = {}
        self._folded_near: dict[bytes, FoldedNear] = {}
        self._below: dict[bytes, Below] = {}
        self._held: list[bytes] = []  # replies that stand where `ready` says
        self._steps: dict[str, Steps] = {}
        self._names: dict[bytes, tuple[tuple[LiveLayer, ...], Container[int]]] = {}  # by apex
        self._full = False
        self._tables = tables
        self._draws = draws
        self._tallies = tallies
        self._given = tallies.given.append
        self._most_octets = most_octets

    def refreshed(self) -> None:
        """Forget what was learned from tables that are no more."""
        self._clear()
        places = self._tables.places
        self._steps = {digest: steps for digest, steps in self._steps.items() if places.get(digest) is steps.places}
        zones = self._tables.zones
        self._names = {apex: names for apex, names in self._names.items() if apex in zones}

    def prepare(self) -> bool:
        """Do what is good to have done before it is asked for, a millisecond at most; whether there is more to do."""
        return any(steps.fill() for steps in self._steps.values())

    def _clear(self) -> None:
        self._tallies.clear()
        for known in (self.ready, self._folded, self._near, self._folded_near, self._below, self._held):
            known.clear()
        self.octets = 0
        self._full = False

    def reply(self, key: bytes, size: int) -> bytes | None:
        """The reply, without its id, to a packet that is not in `ready`; counted. None when it is not known here."""
        if size > KEY_SLOT:
            return None
        end = size - 2
        if key[end - 5] == 24 and key[end - 11 : end - 3] == NEAR4:
            return self._reply_near(key, end - OCTETS4, end)
        if key[end - 9] == 56 and key[end - 15 : end - 7] == NEAR6:
            return self._reply_near(key, end - OCTETS6, end)
        folded = key.lower()
        known = self._folded.get(folded)
        if known is not None:
            stop, tail, right_size, pieces = known
            if size != right_size or (tail and key[stop - 4 : end] != tail):
                return None
            head, rest, tally = next(pieces)
            self._given(tally)
            return head + key[10:stop] + rest
        first = key[10]
        if not 0 < first < 64:
            return None
        below = self._below.get(key[:10] + folded[first + 11 : end])
        if below is None:
            return None
        length, tail, present, (head, rest, tally) = below
        stop = first + length
        if tail and key[stop - 4 : end] != tail:
            return None
        if crc32(folded[10 : stop - 4]) in present:
            return None
        self._given(tally)
        return head + key[10:stop] + rest

    def _reply_near(self, key: bytes, start: int, end: int) -> bytes | None:
        """The same for a packet whose last octets, from `start` on, are a subnet's address."""
        stop = 0
        near = self._near.get(key[:start])
        if near is None:
            folded = self._folded_near.get(key[:start].lower())
            if folded is None:
                return None
            stop, tail, near = folded
            if tail and key[stop - 4 : start] != tail:
                return None
        address = key[start:end]
        number = near.pages[address[0] << 8 | address[1]][address[2]] or near.find(int.from_bytes(address, "big"))
        choice = near.choices[number] if number in near.choices else near.choose(number)
        if type(choice) is Split:
            choice = choice.parts[choice.table[client_bucket(int.from_bytes(address, "big"), near.bits)]]
        if choice is None:
            return None
        begun, tally = next(choice)  # type: ignore[arg-type]  # a split is of iterators
        self._given(tally)
        return begun[:10] + key[10:stop] + begun[stop:] + address if stop else begun + address

    def learn(self, packet: bytes) -> None:
        """Keep how to answer this packet, if it is one that may come again. Not while a batch is on its way."""
        if self._full:
            self._clear()
        if len(packet) > KEY_SLOT or len(packet) < HEADER or packet[2] & 0xFE or packet[3] & 0xCF:
            return
        asked = look_up(self._tables, packet)
        if asked is None or not _is_common(packet, asked):
            return
        what, question, subnet = asked[0], asked[3], asked[7]
        name = question[:-4]
        folded = name.lower()
        if folded not in self._tables.names:
            if subnet is None and isinstance(what, FlatBody):
                self._learn_below(packet, asked)
        elif subnet is not None:
            self._learn_near(packet, asked, len(subnet.address), name == folded)
        else:
            self._learn_for_everybody(packet, asked, name == folded)

    def _learn_for_everybody(self, packet: bytes, asked: Asked, ready: bool) -> None:
        what, counts, counter, question, mix, limit, opt, _ = asked
        node = _for_everybody(what)
        if node is None:
            return
        replies: list[tuple[bytes, int]] = []
        for body in node.bodies if isinstance(node, FlatDraw) else (node,):
            rest = assemble(body, question, mix, limit, opt)
            counted = counter if node is what else counter + body.ordinal
            if rest is None or counted >= len(counts):
                return
            replies.append((rest, counted))
        if not self._take(len(packet) + sum(len(rest) + OVERHEAD for rest, _ in replies)):
            return
        size = len(packet)
        key = packet[2:].ljust(KEY_SLOT - 2, b"\0")
        end = size - 2
        draw = node if isinstance(node, FlatDraw) else None
        if ready:
            values = [REPLY.pack(address_of_bytes(rest), len(rest), size) for rest, _ in replies]
            for value, (rest, counted) in zip(values, replies, strict=True):
                self._tallies.add(rest, counts, counted, value)
                self._held.append(rest)
            self.ready[key] = chooser(values, draw, self._draws)
            return
        stop = 10 + len(question)
        pieces = [(rest[:10], rest[stop:], self._tallies.add(rest, counts, counted)) for rest, counted in replies]
        self._folded[key.lower()] = Folded(stop, _cased(key[stop - 4 : end]), size, chooser(pieces, draw, self._draws))

    def _learn_near(self, packet: bytes, asked: Asked, octets: int, exact: bool) -> None:
        what = asked[0]
        steps = None
        if isinstance(what, Plan) and what.located:
            if what.locate_resolver:
                return
            if what.places:
                steps = self._steps.get(what.places)
                if steps is None:
                    steps = self._steps[what.places] = Steps(self._tables.places[what.places])
        if not self._take(2 * len(packet)):
            return
        near = Near(asked, steps, self._draws, self._tallies, self._take)
        key = packet[2:-octets]
        if exact:
            self._near[key] = near
        else:
            stop = 10 + len(asked[3])
            self._folded_near[key.lower()] = FoldedNear(stop, _cased(key[stop - 4 :]), near)

    def _learn_below(self, packet: bytes, asked: Asked) -> None:
        body, counts, counter, question, mix, limit, opt, _ = asked
        assert isinstance(body, FlatBody)  # noqa: S101 - what else there is, is not asked to be learned here
        name = question[:-4].lower()
        starts = label_starts(packet)
        if starts is None or len(starts) < 2:
            return
        parent = name[starts[1] :]
        zone = next((zone for at in starts if (zone := self._tables.zones.get(name[at:]))), None)
        longest = KEY_SLOT - 2 - HEADER + 2
        fits = body.name_length == 0 and HEADER + longest + len(body.wire) + len(opt) <= limit
        if zone is None or zone.below(parent) is None or not fits or counter >= len(counts):
            return
        if any(apex[1 + apex[0] :] == parent for apex in self._tables.zones if apex != b"\0"):
            return  # a zone of its own may be the name
        head, rest = body.heads[mix], body.wire + opt
        if not self._take(len(packet) + len(rest)):
            return
        key = packet[2:HEADER] + packet[HEADER + starts[1] :].lower()
        tail = _cased(packet[HEADER + len(name) :])
        pieces = (head, rest, self._tallies.add(head, counts, counter))
        self._below[key] = Below(11 + len(parent) + 4, tail, self._names_of(zone), pieces)

    def _names_of(self, zone: LiveZone) -> Container[int]:
        """The crc32s of a zone's names: all of them where they are few, else whoever looks them up."""
        layers, names = self._names.get(zone.layers[0].image.apex, ((), frozenset()))
        if layers != zone.layers:
            images = [layer.image for layer in zone.layers]
            few = sum(image.entry_count for image in images) <= FEW_NAMES
            names = frozenset().union(*(image.crcs() for image in images)) if few else LookedUp(images)
            self._names[images[0].apex] = zone.layers, names
        return names

    def _take(self, octets: int) -> bool:
        """Whether there is room for an entry of so many octets; if not, room is made before the next is learned."""
        octets += OVERHEAD
        if self.octets + octets > self._most_octets:
            self._full = True
            return False
        self.octets += octets
        return True


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


def _cased(octets: bytes) -> bytes:
    """What has to be compared besides the same in lower case: nothing, unless there are letters among the octets."""
    return octets if octets.lower() != octets.upper() else b""


def _for_everybody(what: FlatBody | Plan) -> FlatBody | FlatDraw | None:
    """What every client is answered from; None where it matters who asks."""
    if isinstance(what, FlatBody):
        return what
    node = None if what.located else what.part(0)
    return None if isinstance(node, FlatBucket) else node
