"""The worker's loop: new tables, then a batch from each socket that has packets; a turn at a time.

wait ─► beat ─► refresh ─► write counts down, now and then ─► serve each socket with packets
"""

from __future__ import annotations

import gc
import socket
import time
from collections.abc import Callable, Sequence

from gslb.engine.pure import pure_python
from gslb.engine.serving import MakeServings, Means
from gslb.engine.waiting import best_waiting
from gslb.image import EngineCounter, ImageError, SampleWriter, Tables

TURN = 0.025  # seconds that a turn waits for packets at most
SETTLED = 100_000_000  # nanoseconds after which counts are written down, however busy it is
DRAIN_TURNS = 1_024  # at the end: as many as fill a receive buffer several times over


class Worker:
    """Answers on `sockets` from `tables` until told to stop; `make` says with which engine (pure Python unless told).

    `beat` is called once a turn; for the rest see Means.
    """

    def __init__(
        self,
        tables: Tables,
        sockets: Sequence[socket.socket],
        queue: socket.socket,
        counters: memoryview[int],
        beat: Callable[[], None],
        draw: Callable[[], int],
        clock: Callable[[], int] = time.monotonic_ns,
        make: MakeServings | None = None,
        samples: SampleWriter | None = None,
    ) -> None:
        self._tables = tables
        self._counters = counters
        self._beat = beat
        self._clock = clock
        self._settle_at = 0
        self._unprepared = False  # there is something to do while there is nothing to do
        servings = (make or pure_python())(Means(tables, queue, counters, draw, clock, samples), sockets)
        self._servings = {one.fileno(): serving for one, serving in zip(sockets, servings, strict=True)}
        self._waiting = best_waiting(list(self._servings))

    def run(self, stop: Callable[[], bool]) -> None:
        """Turn until `stop()`, then answer what has already arrived."""
        gc.collect()
        gc.freeze()  # what is here now stays: no collection has to look at it again
        while not stop():
            self.turn(TURN)
        for _ in range(DRAIN_TURNS):
            if not self.turn(0):
                break
        self._settle()

    def turn(self, seconds: float) -> int:
        """Wait at most so long for packets and answer a batch from each socket that has some; returns how many came."""
        waiting = self._waiting.wait(0 if self._unprepared else seconds)
        self._beat()
        self._refresh()
        if not waiting or self._clock() > self._settle_at:
            self._settle()
        if not waiting:
            self._unprepared = any(serving.idle() for serving in self._servings.values())
        taken = 0
        for descriptor in waiting:
            packets = self._servings[descriptor].serve()
            self._waiting.took(descriptor, packets)
            taken += packets
        return taken

    def _settle(self) -> None:
        self._settle_at = self._clock() + SETTLED
        for serving in self._servings.values():
            serving.settle()

    def _refresh(self) -> None:
        try:
            if self._tables.refresh():
                for serving in self._servings.values():
                    serving.refreshed()
        except (ImageError, OSError):  # the old tables are still good
            self._counters[EngineCounter.REFRESH_FAILED] += 1
