"""Which packets of a batch are noted for whoever watches: a few by chance, and those of traced senders.

batch of n ─┬─ `every` packets came since the last one ─► one of this batch, by chance, stands for all of them
            └─ senders whose mark is the traced one ─► noted, at most TRACED_MOST of them a batch
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gslb.image import Sample, SampleKind, SampleWriter

TRACED_MOST = 4  # a flood from one address must not keep a worker busy with writing it down


class Taken(Protocol):
    """A batch of packets as they came, before they are written over."""

    def packet(self, slot: int) -> bytes:
        """The packet in a slot."""

    def sender(self, slot: int) -> bytes:
        """The address it came from: 4 or 16 octets."""

    def marks(self, count: int) -> bytes:
        """An octet of each sender's address by which it is traced: the last of IPv4's, the eighth of IPv6's."""


class Sampler:
    """A worker's eye on what it takes. While nobody watches, a batch costs two look-ups in shared memory."""

    def __init__(self, writer: SampleWriter, draw: Callable[[], int], clock: Callable[[], int]) -> None:
        """`draw` gives 64 random bits, `clock` monotonic nanoseconds."""
        self._writer = writer
        self._draw = draw
        self._clock = clock
        self._since = 0
        self._wanted = (-1, 0)
        self._alike = b""  # every mark, as the traced one where it counts as that

    def look(self, batch: Taken, count: int) -> None:
        """Note what is to be noted of a batch of `count` packets."""
        writer = self._writer
        every = writer.every
        if not every:
            return
        self._since += count
        if self._since >= every:
            slot = self._draw() * count >> 64
            self._note(batch, slot, SampleKind.CHANCE, self._since)
            self._since = 0
        traced = writer.traced
        if traced >= 0:
            marks = batch.marks(count)
            if writer.free:
                marks = marks.translate(self._table(traced, writer.free))
            slot = marks.find(traced)
            left = TRACED_MOST
            while slot >= 0 and left:
                self._note(batch, slot, SampleKind.TRACED, 1)
                slot = marks.find(traced, slot + 1)
                left -= 1

    def _table(self, traced: int, free: int) -> bytes:
        """For each mark the traced one if it differs from that in `free` bits only, else another."""
        if self._wanted != (traced, free):
            self._wanted = traced, free
            self._alike = bytes(traced if (mark ^ traced) & ~free == 0 else traced ^ 1 for mark in range(256))
        return self._alike

    def _note(self, batch: Taken, slot: int, kind: SampleKind, weight: int) -> None:
        self._writer.note(Sample(kind, self._clock(), weight, batch.sender(slot), batch.packet(slot)))
