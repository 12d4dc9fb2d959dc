"""The judge: probes to verdicts, verdicts to plans, plans to a new generation. Alone it keeps failover alive."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace
from pathlib import Path

from gslb.app.folders import Folders
from gslb.app.judge_loop import JudgeLoop, open_store
from gslb.app.local import Local
from gslb.app.probe_times import Stopwatch
from gslb.app.probing import ProbeNow
from gslb.app.reports import node_side
from gslb.control import Built, Heard, Journal, load, own_vantage
from gslb.health import Observation
from gslb.image import PublishRefused
from gslb.model import Model
from gslb.probe import Fence, Prober, Runner
from gslb.server import Inheritance, inherited, lifetime


def bounded(probe: Prober, model: Model) -> None:
    """Let probes go where the model lets them, and start what it lets them start."""
    probe.fence, probe.programs = Fence(model.probes.forbid, model.probes.allow), model.probes.programs


def main(state: str) -> int:
    """Judge until SIGTERM; 1 when another judge still publishes there."""
    inheritance = inherited()
    try:
        asyncio.run(_run(Folders(Path(state)), inheritance))
    except PublishRefused as refused:
        inheritance.complain(str(refused))
        return 1
    return 0


async def _run(folders: Folders, inheritance: Inheritance) -> None:
    journal = Journal("judge")
    journal.adopt_logging()
    built = load(folders.state, folders.adopted())
    loop = JudgeLoop(folders, built, open_store(folders, journal), journal, inheritance.beat)
    stopwatch = Stopwatch()

    def heard(observations: tuple[Observation, ...]) -> None:
        stopwatch.add(observations)
        loop.put(Heard(observations))

    def seen(observation: Observation) -> None:
        heard((replace(observation, vantage=own_vantage(loop.judging.model)),))

    async with contextlib.AsyncExitStack() as stack:
        stopped = await stack.enter_async_context(lifetime(inheritance.beat))
        probe = await stack.enter_async_context(Prober())
        bounded(probe, built.world.model)
        runner = Runner(own_vantage(built.world.model), time.time_ns(), probe, seen)
        reports = node_side(inheritance, heard, loop.put, journal)

        def adopt(new: Built) -> None:
            bounded(probe, new.world.model)
            runner.adopt(reports.adopt(new.world.model))

        adopt(built)
        loop.adopted.append(adopt)
        now = ProbeNow(lambda: loop.judging, reports, probe)
        local = Local(loop, stopwatch.times, [*now.routes(), *reports.measurements.local_routes()])
        await local.start(folders.judge_socket)
        await reports.start()
        tasks = [asyncio.create_task(runner.run()), asyncio.create_task(loop.run())]
        ending = asyncio.create_task(stopped.wait())
        first = asyncio.create_task(loop.published.wait())
        await asyncio.wait((first, ending, *tasks), return_when=asyncio.FIRST_COMPLETED)
        if first.done():
            inheritance.ready(loop.first_verdicts())
        await asyncio.wait((ending, *tasks), return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
            task.cancel()
        await local.stop()
        await reports.stop()
        loop.close()
