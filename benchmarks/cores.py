"""Part `cores`: CPU time of the workers for each answer, with two workers against one, in turn."""

import os
from dataclasses import replace
from pathlib import Path

from measured import Results
from plan import Plan, say
from questions import CASES, Case
from rig import Cores, Prepared, settle


def measure(plan: Plan, results: Results) -> None:
    """With two cores the second worker shares its core with the load; only the workers' own CPU time is counted."""
    case = CASES["static"]
    world = replace(plan.world, networks=0, many=0)
    (queries,) = replace(plan, world=world).queries("static").values()
    second = 2 if (os.cpu_count() or 1) > 2 else plan.cores.load
    if second == plan.cores.load:
        results.notes["cores"] = "the second worker shared its core with the load"
    for name in plan.engines():
        for turn in range(plan.rounds):
            for workers, says in ((1, "one worker"), (2, "two workers")):
                used = replace(plan.cores, server=(plan.cores.server[0], second)[:workers])
                part = replace(plan, scratch=plan.scratch / f"{name}-{turn}-{workers}")
                part.scratch.mkdir()
                prepared = part.prepare([name], replace(world, workers=workers))[name]
                share, rate = cpu_a_query(part, prepared, case, queries, used)
                say(f"cores {name}: {says} {1e6 * share:.2f} µs of CPU a query at {rate / 1e3:.0f} k/s")
                results.add(name, says, **{"CPU a query": 1e6 * share, "rate": rate})


def cpu_a_query(plan: Plan, prepared: Prepared, case: Case, queries: Path, used: Cores) -> tuple[float, float]:
    """Seconds of the workers' CPU time an answer, and answers a second."""
    with plan.ready(prepared, [case], used) as runs:
        settle(runs)
        before = runs.cpu_seconds("worker")
        figures = plan.generators.udp(case, runs.port, queries, plan.seconds)
        return (runs.cpu_seconds("worker") - before) / max(1, figures.received), figures.rate
