"""Queries of a stream, each behind its length, to framed answers: all that the tables answer, in one go.

octets ─► message, message … ─┬─► ready      seen before, and one body answers everybody
                              └─► answer     all others
                                   └─► what has no stored plan: here it stops, and the responder goes on
"""

from __future__ import annotations

import ctypes
import os
from array import array
from collections.abc import Callable
from typing import Protocol

from gslb.engine.answer import Asked, answer_without_id, assemble
from gslb.engine.choice import Engine, choose
from gslb.engine.library import Streamed, address_of, open_library
from gslb.engine.query import NoAnswer
from gslb.engine.view import FlatView
from gslb.image import EngineCounter, FlatBody, ImageError, Tables

HEADER = 12
ENOUGH = 1 << 16  # octets of answers, after which no more are made in one go
MOST_OCTETS = 8 << 20  # of ready replies
OVERHEAD = 500  # octets that an entry takes besides its key and its reply, rounded up

Constant = tuple[bytes, memoryview, int, int, int]  # a reply without its id, what counts it, its rcode and TC


class Streams(Protocol):
    """What answers streams from tables, which it keeps fresh."""

    def answer(self, octets: bytes, sender: bytes) -> tuple[bytes, int, int]:
        """Framed answers to the messages at the start of `octets`, up to the first that is not whole, or not ours.

        `sender` is an address, 4 or 16 octets. Besides the answers: how many octets the messages took that they answer
        (or meet with silence), and how many messages that were. Raises nothing for any octets.
        """


def streams(engine: Engine, tables: Tables, counters: memoryview[int], draw: Callable[[], int]) -> Streams:
    """What answers streams with this engine. `counters` is this process's block, by EngineCounter.

    Raises NotCompiledError where the compiled engine is wanted and there is none.
    """
    if choose(engine) is Engine.COMPILED:
        return CompiledStreams(tables, counters)
    return PureStreams(tables, counters, draw)


class PureStreams:
    """Streams in Python, with ready replies that take at most `most_octets`."""

    def __init__(
        self, tables: Tables, counters: memoryview[int], draw: Callable[[], int], most_octets: int = MOST_OCTETS
    ) -> None:
        self.octets = 0  # that ready replies take
        self._ready: dict[bytes, Constant] = {}
        self._tables, self._counters, self._draw = tables, counters, draw
        self._most_octets = most_octets
        self._generation = tables.generation

    def answer(self, octets: bytes, sender: bytes) -> tuple[bytes, int, int]:
        self._refresh()
        ready = self._ready.get
        counters = self._counters
        answers: list[bytes] = []
        at = filled = count = 0
        end = len(octets)
        while filled < ENOUGH and at + HEADER < end:
            start = at + 2
            length = octets[at] << 8 | octets[at + 1]
            stop = start + length
            if stop > end or length < HEADER:
                break
            entry = ready(octets[start + 2 : stop])
            if entry is not None:
                rest, counts, counter, rcode, truncated = entry
                counts[counter] += 1
            else:
                made = self._make(octets[start:stop], sender)
                if made is None:
                    break
                rest = made
                if not rest:
                    at = stop
                    count += 1
                    continue
                rcode, truncated = rest[1] & 15, rest[0] >> 1 & 1
            counters[EngineCounter.ANSWERED_TCP + rcode] += 1
            if truncated:
                counters[EngineCounter.TRUNCATED] += 1
            size = len(rest) + 2
            answers += (size.to_bytes(2, "big"), octets[start : start + 2], rest)
            filled += size
            at = stop
            count += 1
        counters[EngineCounter.RECEIVED] += count
        return b"".join(answers), at, count

    def _refresh(self) -> None:
        tables = self._tables
        _refresh(tables, self._counters)
        if tables.generation != self._generation:
            self._generation = tables.generation
            self._forget()

    def _make(self, packet: bytes, sender: bytes) -> bytes | None:
        """A reply without its id, b"" for silence; None: not ours."""
        try:
            rest = answer_without_id(self._tables, packet, sender, self._draw, self._keep, stream=True)
        except Exception:  # noqa: BLE001 - a name whose tables are damaged must not take all others down
            self._counters[EngineCounter.FAULTS] += 1
            return None
        if rest is NoAnswer.DROP:
            self._counters[EngineCounter.DROPPED] += 1
            return b""
        return None if isinstance(rest, NoAnswer) else rest

    def _keep(self, packet: bytes, asked: Asked) -> None:
        what, counts, counter, question, mix, limit, opt, subnet = asked
        if not isinstance(what, FlatBody) or subnet is not None:
            return
        rest = assemble(what, question, mix, limit, opt)
        if rest is None or counter >= len(counts):
            return
        octets = len(packet) + len(rest) + OVERHEAD
        if self.octets + octets > self._most_octets:
            self._forget()
        if octets <= self._most_octets:
            self.octets += octets
            self._ready[packet[2:]] = (rest, counts, counter, rest[1] & 15, rest[0] >> 1 & 1)

    def _forget(self) -> None:
        self._ready.clear()
        self.octets = 0


class CompiledStreams:
    """Streams in C. Raises NotCompiledError where it is not built, ImageError where an image is damaged."""

    def __init__(self, tables: Tables, counters: memoryview[int], library: ctypes.CDLL | None = None) -> None:
        library = library or open_library()
        self._answer = library.gslb_answer_stream
        self._tables, self._counters = tables, counters
        self._counters_at = address_of(counters)
        self._view = FlatView(library, tables)
        self._streamed = Streamed()
        self._streamed.draws[:] = array("Q", os.urandom(32))
        self._streamed_at = ctypes.addressof(self._streamed)
        self._replies = memoryview(self._streamed.replies)

    def answer(self, octets: bytes, sender: bytes) -> tuple[bytes, int, int]:
        _refresh(self._tables, self._counters)
        try:
            self._view.refresh()
        except ImageError:  # the old view is still good
            self._counters[EngineCounter.REFRESH_FAILED] += 1
        filled = self._answer(
            self._streamed_at, self._view.address, self._counters_at, octets, len(octets), sender, len(sender)
        )
        return bytes(self._replies[:filled]), self._streamed.used, self._streamed.count


def _refresh(tables: Tables, counters: memoryview[int]) -> None:
    try:
        tables.refresh()
    except (ImageError, OSError):  # the old tables are still good
        counters[EngineCounter.REFRESH_FAILED] += 1
