"""Ready replies to the queries that keep coming, keyed by the packet without its id: most packets need one look-up.

packet[2:] ─┬─► (reply, counter)       one body answers everybody
            ├─► Drawn                  one of a few replies, by weight
            └─► Near, by packet[2:] without the subnet's address: class and scope are looked up, the address appended

Only what `answer` offers is kept - names that exist, as they are written in the zone, without options that differ from
query to query - and never more than a bound in octets: when it is reached, everything is dropped and learned again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from gslb.engine.answer import Asked, answer_without_id, assemble, pick_body, scope_of
from gslb.engine.query import NoAnswer, Subnet
from gslb.image import FlatBody, FlatBucket, FlatDraw, Plan, Tables

MOST_OCTETS = 16 << 20
OVERHEAD = 500  # octets that an entry takes besides its key and replies, rounded up

# What a query with a subnet ends with before the address, for the two prefixes that resolvers send: /24 and /56.
NEAR4, NEAR6 = bytes.fromhex("0008000700011800"), bytes.fromhex("0008000b00023800")
OCTETS4, OCTETS6 = 3, 7
OCTETS = {NEAR4[:-1]: OCTETS4, NEAR6[:-1]: OCTETS6}
SCOPES = [bytes((scope,)) for scope in range(57)]

Constant = tuple[bytes, memoryview, int]  # a reply without its id, and what counts it


class Drawn:
    """Replies without their id, by weight, each with its counter."""

    __slots__ = ("_counts", "_cumulative", "_draw", "_replies", "_total")

    def __init__(
        self, node: FlatDraw, replies: list[tuple[bytes, int]], counts: memoryview[int], draw: Callable[[], int]
    ) -> None:
        self._cumulative = node.cumulative
        self._total = node.total
        self._replies = replies
        self._counts = counts
        self._draw = draw

    def reply(self) -> bytes:
        """One of them, counted."""
        rest, counter = self._replies[bisect_right(self._cumulative, self._draw() * self._total >> 64)]
        self._counts[counter] += 1
        return rest


class Near:
    """A query with a subnet, all but its address. `subnet` is its own, and takes the number of each that asks."""

    __slots__ = ("asked", "begun", "subnet")

    def __init__(self, asked: Asked, subnet: Subnet) -> None:
        self.asked = asked
        self.subnet = subnet
        self.begun: dict[FlatBody, bytes] = {}  # the reply up to its scope, by body


class HotReplies:
    """The ready replies of one worker. After each refresh of the tables, call `clear`."""

    def __init__(self, tables: Tables, draw: Callable[[], int], most_octets: int = MOST_OCTETS) -> None:
        self.ready: dict[bytes, Constant | Drawn] = {}
        self.octets = 0  # taken so far
        self._near: dict[bytes, Near] = {}
        self._tables = tables
        self._draw = draw
        self._most_octets = most_octets

    def clear(self) -> None:
        """Forget everything."""
        self.ready.clear()
        self._near.clear()
        self.octets = 0

    def answer(self, packet: bytes, sender: bytes) -> bytes | NoAnswer:
        """The reply to a packet without its id, or what becomes of it instead: ready, or made and perhaps kept."""
        entry = self.ready.get(packet[2:])
        if entry is None:
            return self.miss(packet, sender)
        if isinstance(entry, Drawn):
            return entry.reply()
        rest, counts, counter = entry
        counts[counter] += 1
        return rest

    def miss(self, packet: bytes, sender: bytes) -> bytes | NoAnswer:
        """The same for a packet that is known not to be in `ready`."""
        if packet[-11:-3] == NEAR4:
            near = self._near.get(packet[2:-OCTETS4])
            if near is not None:
                address = packet[-OCTETS4:]
                near.subnet.number = int.from_bytes(address, "big") << 8
                return self._reply_near(near, address, sender)
        elif packet[-15:-7] == NEAR6:
            near = self._near.get(packet[2:-OCTETS6])
            if near is not None:
                address = packet[-OCTETS6:]
                near.subnet.number = int.from_bytes(address, "big") << 72
                return self._reply_near(near, address, sender)
        return answer_without_id(self._tables, packet, sender, self._draw, self._keep)

    def _reply_near(self, near: Near, address: bytes, sender: bytes) -> bytes | NoAnswer:
        what, counts, counter, question, mix, limit, opt, _ = near.asked
        scope = 0
        if isinstance(what, Plan):
            picked = pick_body(self._tables, what, near.subnet, sender, self._draw)
            if picked is None:
                return NoAnswer.FORWARD
            body, width = picked
            counter += body.ordinal
            scope = scope_of(what, near.subnet, width, body)
        else:
            body = what
        begun = near.begun.get(body)
        if begun is None:
            rest = assemble(body, question, mix, limit, opt)
            if rest is None:
                return NoAnswer.FORWARD
            begun = rest[: -1 - len(address)]
            if self._take(len(begun)):
                near.begun[body] = begun
        counts[counter] += 1
        return begun + SCOPES[scope] + address

    def _keep(self, packet: bytes, asked: Asked) -> None:
        """Remember how to answer this query, if that depends on its octets alone, or also on a subnet at their end."""
        what, counts, counter, question, mix, limit, opt, subnet = asked
        if subnet is not None:
            octets = OCTETS.get(subnet.head)
            if octets and self._take(len(packet)):
                own = Subnet(subnet.head, subnet.family, subnet.bits, subnet.address)
                self._near[packet[2:-octets]] = Near(asked, own)
            return
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
        if not self._take(len(packet) + sum(len(rest) for rest, _ in replies)):
            return
        if isinstance(node, FlatDraw):
            self.ready[packet[2:]] = Drawn(node, replies, counts, self._draw)
        else:
            ((rest, counter),) = replies
            self.ready[packet[2:]] = (rest, counts, counter)

    def _take(self, octets: int) -> bool:
        """Whether there is room for an entry of so many octets; makes room by forgetting everything else."""
        octets += OVERHEAD
        if self.octets + octets > self._most_octets:
            self.clear()
        if octets > self._most_octets:
            return False
        self.octets += octets
        return True


def _for_everybody(what: FlatBody | Plan) -> FlatBody | FlatDraw | None:
    """What every client is answered from; None where it matters who asks."""
    if isinstance(what, FlatBody):
        return what
    node = None if what.located else what.part(0)
    return None if isinstance(node, FlatBucket) else node
