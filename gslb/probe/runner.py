"""The shell that turns the timetable: starts probes when they are due, and says what each of them found."""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Awaitable, Callable, Iterable
from math import inf

from gslb.health import Observation, Timetable
from gslb.probe.result import Result, Unable, bad
from gslb.probe.target import Target

log = logging.getLogger(__name__)
LEAST, MOST = 64, 16_384  # probes under way at once


def at_once() -> int:
    """How many probes may be under way: half of the descriptors, so that a region that hangs delays no others."""
    return max(LEAST, min(MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2))


class Runner:
    """Probes what it is given, as `vantage`, for as long as `run` runs; `emit` gets each observation.

    `epoch` numbers this run (see Observation). `limit`: how many probes may be under way at once.
    """

    def __init__(
        self,
        vantage: str,
        epoch: int,
        probe: Callable[[Target], Awaitable[Result]],
        emit: Callable[[Observation], None],
        limit: int | None = None,
    ) -> None:
        self._vantage, self._epoch = vantage, epoch
        self._probe, self._emit = probe, emit
        self._timetable: Timetable[Target] = Timetable(vantage, limit or at_once())
        self._targets: frozenset[Target] = frozenset()
        self._finished: list[tuple[Target, bool]] = []
        self._sequence = 0
        self._unable: dict[Target, str] = {}  # why nothing is said of these
        self._awake = asyncio.Event()

    def adopt(self, targets: Iterable[Target]) -> None:
        """Probe exactly these from now on; what is under way for others is heard out and forgotten."""
        self._targets = frozenset(targets)
        self._unable = {target: why for target, why in self._unable.items() if target in self._targets}
        self._timetable.adopt({target: target.monitor for target in self._targets}, asyncio.get_running_loop().time())
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as probes:
            while True:
                finished, self._finished = self._finished, []
                turn = self._timetable.step(loop.time(), finished)
                for target in turn.starts:
                    probes.create_task(self._carry_out(target))
                alarm = loop.call_at(turn.wake_at, self._awake.set) if turn.wake_at < inf else None
                await self._awake.wait()
                self._awake.clear()
                if alarm is not None:
                    alarm.cancel()

    async def _carry_out(self, target: Target) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        result: Result | None = None
        try:
            result = await self._probe(target)
            self._unable.pop(target, None)
        except Unable as fault:  # it says nothing about the endpoint, so nothing is said of it
            if self._unable.get(target) != str(fault):
                log.warning("%s is not probed: %s", target.check, fault)
            self._unable[target] = str(fault)
        except Exception as fault:  # a fault in one probe must not end all the others
            log.exception("probe of %s failed", target)
            result = bad(f"probe failed: {fault!r}")
        ended = loop.time()
        self._finished.append((target, result is None or result.ok))
        self._awake.set()
        if result is not None and target in self._targets:
            self._sequence += 1
            self._emit(
                Observation(
                    self._vantage,
                    self._epoch,
                    self._sequence,
                    target.check,
                    target.monitor.digest,
                    result.ok,
                    result.reason,
                    ended,
                    ended - started,
                )
            )
