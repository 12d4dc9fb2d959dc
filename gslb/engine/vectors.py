"""The engine in pure Python, a batch at a time: what is ready is answered with no bytecode a packet.

receive ─► keys ─► ready replies, as packed vectors ─► send ─► learn
                        │ what suits no packet's octets and size        ▲
                        └─► known replies, or answer ───────────────────┘
                                            └─► forward, or drop and count
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from itertools import compress, repeat
from operator import ne

from gslb.engine.answer import answer_without_id
from gslb.engine.batch import MADE_STARTS, Batch, BatchMemory
from gslb.engine.exchange import LONGEST, SLOTS
from gslb.engine.hot import HotReplies
from gslb.engine.lessons import Lessons
from gslb.engine.query import NoAnswer
from gslb.engine.sampler import Sampler
from gslb.engine.serving import Means
from gslb.engine.tallies import Tallies
from gslb.image import EngineCounter

SLOT_NUMBERS = range(SLOTS)
MOST_GIVEN = 4_096  # replies that are counted at once
LESSONS = 8  # packets of a batch that are learned from at most


def vectors(means: Means, sockets: Sequence[socket.socket]) -> list[Vectors]:
    """Servings that share their memory and what they know by heart."""
    memory = BatchMemory()
    tallies = Tallies(means.counters)
    hot = HotReplies(tallies)
    lessons = Lessons(hot, means.tables, iter(means.draw, None), tallies)
    return [
        Vectors(index, Batch(one, memory), memory, hot, lessons, tallies, means) for index, one in enumerate(sockets)
    ]


class Vectors:
    """The Serving of one socket; `index` is its number for the responder."""

    def __init__(
        self,
        index: int,
        batch: Batch,
        memory: BatchMemory,
        hot: HotReplies,
        lessons: Lessons,
        tallies: Tallies,
        means: Means,
    ) -> None:
        self._index = index
        self._batch = batch
        self._hot = hot
        self._lessons = lessons
        self._ready = hot.ready.get
        self._tallies = tallies
        self._give = tallies.given.extend
        self._given = tallies.given
        self._blank = memory.blank
        self._blanks = [repeat(blank) for blank in memory.blank]
        self._means = means
        self._counters = means.counters
        self._new: list[int] = []  # slots of packets that nothing was known about
        self._turn = 0
        self._sampler = Sampler(means.samples, means.draw, means.clock) if means.samples else None

    def refreshed(self) -> None:
        self._lessons.refreshed()

    def idle(self) -> bool:
        return self._lessons.prepare()

    def settle(self) -> None:
        self._tallies.settle()

    def serve(self) -> int:
        batch = self._batch
        keys = batch.receive()
        if not keys:
            return 0
        if self._sampler is not None:
            self._sampler.look(batch, len(keys))
        values = list(map(next, map(self._ready, keys, self._blanks)))
        self._give(values)
        replies = memoryview(b"".join(values))
        batch.reply(replies.cast("Q"))
        sizes = replies.cast("I")[4::8]
        if sizes != batch.sizes:
            self._make(keys, values, sizes.tolist())
        self._counters[EngineCounter.RECEIVED] += len(keys)
        failed = batch.send()
        if failed:
            self._counters[EngineCounter.SEND_FAILED] += failed
        if self._new:
            self._learn()
        if self._hot.full:
            self._lessons.forget()
        if len(self._given) > MOST_GIVEN:
            self._tallies.count()
        return len(keys)

    def _make(self, keys: tuple[bytes, ...], values: list[bytes], sizes: list[int]) -> None:
        """Make the replies of all packets that no ready one suits."""
        batch, known = self._batch, self._hot.reply
        lengths, made = batch.lengths, batch.made
        asked = batch.sizes.tolist()
        batch_of = zip(SLOT_NUMBERS, MADE_STARTS, keys, asked, values, self._blank, strict=False)
        for slot, start, key, size, value, blank in compress(batch_of, map(ne, sizes, asked)):
            if value is not blank:  # ready for the same octets with fewer or more zeros behind them
                self._tallies.taken_back.append(value)
                batch.make(slot)
            try:
                rest = known(key, size)
                if rest is None:
                    rest = self._answer(slot)
            except Exception:  # noqa: BLE001 - a name whose tables are damaged must not take all others down
                self._counters[EngineCounter.FAULTS] += 1
                rest = self._forward(slot)
            lengths[slot] = length = len(rest)
            made[start : start + length] = rest

    def _answer(self, slot: int) -> bytes:
        """The reply, without its id, to a packet that nothing is known about; b"" when it gets none from here."""
        batch, counters, means = self._batch, self._counters, self._means
        if batch.sizes[slot] >= LONGEST:
            counters[EngineCounter.OVERSIZED] += 1
            return b""
        rest = answer_without_id(means.tables, batch.packet(slot), batch.sender(slot), means.draw)
        if rest is NoAnswer.DROP:
            counters[EngineCounter.DROPPED] += 1
            return b""
        if rest is NoAnswer.FORWARD:
            return self._forward(slot)
        counters[EngineCounter.ANSWERED_UDP + (rest[1] & 15)] += 1
        if rest[0] & 2:
            counters[EngineCounter.TRUNCATED] += 1
        self._new.append(slot)
        return rest

    def _forward(self, slot: int) -> bytes:
        self._means.forward(self._index, self._batch.origin(slot), self._batch.packet(slot))
        return b""

    def _learn(self) -> None:
        """Learn from some of the packets that nothing was known about, spread over all of them."""
        step = -(-len(self._new) // LESSONS)
        self._turn += 1
        for slot in self._new[self._turn % step :: step]:
            try:
                self._lessons.learn(self._batch.packet(slot))
            except Exception:  # noqa: BLE001 - it was answered; whoever asks next finds the damage again
                self._counters[EngineCounter.FAULTS] += 1
        self._new.clear()
