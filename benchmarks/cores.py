"""Part `cores`: CPU time of a worker for each packet, with a second worker beside it and without, in turn."""

import os
from dataclasses import replace
from pathlib import Path

import psutil
from measured import Results
from plan import Plan, say
from questions import CASES, Case
from rig import Cores, Prepared, settle

from gslb.app import Folders
from gslb.image import EngineCounter, open_engine_counters

RATE = 100_000  # queries a second for each worker: the same load for each, however many there are


def measure(plan: Plan, results: Results) -> None:
    """The first worker has a core for itself either way; on a machine of two the second shares its with the load."""
    case = CASES["static"]
    world = replace(plan.world, networks=0, many=0)
    (queries,) = replace(plan, world=world).queries("static").values()
    taken = (plan.cores.server[0], plan.cores.load)
    second = next((core for core in range(os.cpu_count() or 1) if core not in taken), plan.cores.load)
    if second == plan.cores.load:
        results.notes["cores"] = "the second worker shared its core with the load; the first one is counted"
    for name in plan.engines():
        for turn in range(plan.rounds):
            for workers, says in ((1, "one worker"), (2, "two workers")):
                used = replace(plan.cores, server=(plan.cores.server[0], second)[:workers])
                part = replace(plan, scratch=plan.scratch / f"{name}-{turn}-{workers}")
                part.scratch.mkdir()
                prepared = part.prepare([name], replace(world, workers=workers))[name]
                try:
                    share, rate = cpu_a_query(part, prepared, case, queries, used)
                except psutil.NoSuchProcess:
                    say(f"cores {name}: the first worker was replaced; this turn does not count")
                    continue
                say(f"cores {name}: {says} {1e6 * share:.2f} µs of CPU a query at {rate / 1e3:.0f} k/s")
                results.add(name, says, **{"CPU a query": 1e6 * share, "rate": rate})


def cpu_a_query(plan: Plan, prepared: Prepared, case: Case, queries: Path, used: Cores) -> tuple[float, float]:
    """Seconds of the first worker's CPU time for a packet it took, and answers a second of all."""
    with plan.ready(prepared, [case], used) as runs:
        processes = runs.processes()
        for number, core in enumerate(used.server):
            processes[f"worker-{number}"].cpu_affinity([core])
        settle(runs)
        counted = open_engine_counters(Folders(prepared.folder / "state").run, 0)
        first = runs.processes()["worker-0"]
        seconds, packets = cpu_seconds(first), counted[EngineCounter.RECEIVED]
        figures = plan.generators.udp(case, runs.port, queries, plan.seconds, rate=RATE * len(used.server))
        packets = counted[EngineCounter.RECEIVED] - packets
        return (cpu_seconds(first) - seconds) / max(1, packets), figures.rate


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time so far. NoSuchProcess when it was replaced meanwhile: then nothing can be said."""
    times = process.cpu_times()
    return times.user + times.system
