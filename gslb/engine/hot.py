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

from gslb.engine.batch import KEY_SLOT
from gslb.engine.near import Near, Split
from gslb.engine.tallies import Tallies
from gslb.image import client_bucket

MOST_OCTETS = 16 << 20
OVERHEAD = 500  # octets that an entry takes besides its key, and as many for each reply, rounded up

# What a query with a subnet ends with before the address, for the two prefixes that resolvers send: /24 and /56.
NEAR4, NEAR6 = bytes.fromhex("0008000700011800"), bytes.fromhex("0008000b00023800")
OCTETS4, OCTETS6 = 3, 7

Pieces = tuple[bytes, bytes, Hashable]  # of a reply: what stands before the question and behind it, and its tally


class Folded(NamedTuple):
    """A query in any case: where its question ends, what follows its name (see `cased`), its size, its reply."""

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


class HotReplies:
    """The replies that a worker knows by heart: who learned them puts them here, after asking whether there is room."""

    def __init__(self, tallies: Tallies, most_octets: int = MOST_OCTETS) -> None:
        self.ready: dict[bytes, Iterator[bytes]] = {}  # values are REPLYs
        self.held: dict[bytes, list[bytes]] = {}  # the replies that stand where those say
        self.folded: dict[bytes, Folded] = {}
        self.near: dict[bytes, Near] = {}
        self.folded_near: dict[bytes, FoldedNear] = {}
        self.below: dict[bytes, Below] = {}
        self.octets = 0  # taken so far
        self.full = False
        self._most_octets = most_octets
        self._tallies = tallies
        self._given = tallies.given.append

    def take(self, octets: int) -> bool:
        """Whether there is room for an entry of so many octets; if not, everything is to be forgotten between batches.

        What an entry took is only given back when all is forgotten.
        """
        octets += OVERHEAD
        if self.octets + octets > self._most_octets:
            self.full = True
            return False
        self.octets += octets
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._tallies.clear()
        for known in (self.ready, self.held, self.folded, self.near, self.folded_near, self.below):
            known.clear()
        self.octets = 0
        self.full = False

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
        known = self.folded.get(folded)
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
        below = self.below.get(key[:10] + folded[first + 11 : end])
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
        near = self.near.get(key[:start])
        if near is None:
            folded = self.folded_near.get(key[:start].lower())
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


def cased(octets: bytes) -> bytes:
    """What has to be compared besides the same in lower case: nothing, unless there are letters among the octets."""
    return octets if octets.lower() != octets.upper() else b""
