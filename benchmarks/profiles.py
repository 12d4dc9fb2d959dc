"""Part `profile`: where a worker's time goes in each case, by perf: kernel, C library, interpreter, our own."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

from measured import Results
from plan import Plan, say
from rig import settle

PROFILED = ("static", "steered", "ecs", "mixed", "nxdomain")
EVENT, FREQUENCY = "cpu-clock", "1999"  # a timer: there are no hardware counters in many virtual machines
LINES, LEAST = 14, 0.5  # of a profile, and per cent below which nothing is told
SAMPLE = re.compile(r"^\s*([\d.]+)%\s+(\S+)\s+\[[.kguH]\]\s+(.+?)(?:\s+-\s+-)?\s*$", re.MULTILINE)


def measure(plan: Plan, results: Results) -> None:
    """Each engine under full load in each case."""
    keys = [key for key in PROFILED if key != "ecs" or plan.world.networks]
    queries = plan.queries(*keys)
    world = replace(plan.world, many=0)
    for name, prepared in plan.prepare([*plan.engines()], world).items():
        with plan.ready(prepared, list(queries)) as runs:
            settle(runs)
            worker = next(each for what, each in runs.processes().items() if what.startswith("worker"))
            for case, path in queries.items():
                loading = plan.generators.start_udp(case, runs.port, path, plan.seconds + 1)
                told = record(worker.pid, plan.seconds, plan.scratch / "perf.data")
                loading.communicate()
                say(f"profile {name} {case.key}\n{told}")
                results.profiles[f"{name}, {case.key}"] = told


def record(process: int, seconds: float, data: Path) -> str:
    """A profile of a process as it is now. RuntimeError where perf is missing or may not look."""
    command = ["perf", "record", "-q", "-e", EVENT, "-F", FREQUENCY, "-o", str(data), "-p", str(process)]
    try:
        done = subprocess.run([*command, "--", "sleep", str(seconds)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise RuntimeError("perf is not installed (Debian: linux-perf)") from None
    if done.returncode:
        raise RuntimeError(f"perf: {done.stderr.strip()[-300:]}")
    command = ["perf", "report", "-i", str(data), "--stdio", "--no-children", "-s", "dso,symbol", "-g", "none"]
    return digest(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def digest(told: str) -> str:
    """What perf reports, by where it is first, then the functions that take most; shares in per cent."""
    samples = [(float(share), place.rpartition("/")[2], symbol) for share, place, symbol in SAMPLE.findall(told)]
    places: dict[str, float] = {}
    for share, place, _ in samples:
        places[place] = places.get(place, 0.0) + share
    by_place = ", ".join(
        f"{place} {share:.0f}" for place, share in sorted(places.items(), key=lambda each: -each[1]) if share >= LEAST
    )
    most = sorted(samples, reverse=True)[:LINES]
    return by_place + "".join(f"\n{share:6.1f}  {symbol}  ({place})" for share, place, symbol in most if share >= LEAST)
