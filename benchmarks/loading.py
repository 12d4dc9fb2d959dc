"""Parts `load` and `map`: how long large zones and maps take to be answered from, and what they occupy."""

import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import dns.exception
import dns.query
import ours
from changes import RELOADED
from measured import Results
from plan import Plan, say
from questions import CASES, Case, fault, message, sample
from rig import Prepared, Running, running
from world import STATIC, World

SIZES = {"100k": 100_000, "1M": 1_000_000}
LOADERS = ("nsd", "knot", "gdnsd", "bind")
WITHIN = 240.0  # seconds
MAP_BEFORE, MAP_AFTER = 1_000, 1_000_000


def measure(plan: Plan, results: Results) -> None:
    """Zones of plain A records: cold starts in turn, then ours again from the compiled image."""
    engines = plan.engines()[-1:]
    names = [name for name in (*LOADERS, *engines) if name in plan.servers]
    for size, records in SIZES.items():
        world = World(names=records, many=0, pools=0, networks=0)
        for turn in range(plan.rounds if size == "100k" else max(1, plan.rounds - 1)):
            part = replace(plan, scratch=plan.scratch / f"{size}-{turn}", world=world)
            part.scratch.mkdir()
            for prepared in part.prepare(names, world).values():
                cold_start(part, results, prepared, size)


def cold_start(plan: Plan, results: Results, prepared: Prepared, size: str) -> None:
    """Seconds from the start to the first right answer, and memory then; of ours the start from the image too."""
    name = prepared.server.name
    shown = "gslb" if name.startswith("gslb") else name
    for what in ("load", "restart") if shown == "gslb" else ("load",):
        began = time.monotonic()
        with running(prepared, plan.cores) as runs:
            took = until_last_name(runs, prepared.world, began)
            say(f"{what} {size} {name}: {took:.2f} s")
            results.add(shown, f"{what} {size}", seconds=took)
            memory = runs.memory()
            total = sum(value for key, value in memory.items() if key.endswith("PSS"))
            results.add(shown, f"{what} {size}", **{"MiB in all": total})
            if shown == "gslb" and what == "restart":
                for key, value in memory.items():
                    results.add(shown, f"restart {size}", **{f"MiB {key}": value})
        if shown == "gslb":
            octets = sum(file.stat().st_blocks * 512 for file in tables(prepared.folder / "state"))
            results.add(shown, f"load {size}", **{"octets a name": octets / prepared.world.names})


def tables(state: Path) -> list[Path]:
    """The files that workers map: zone images and what lies in shared memory."""
    return [path for folder in ("images", "run") for path in (state / folder).rglob("*") if path.is_file()]


def until_last_name(runs: Running, world: World, began: float) -> float:
    """Seconds until the last name of the zone is answered rightly. RuntimeError when that never comes."""
    asked = message(f"h{world.names - 1}", STATIC)
    while time.monotonic() < began + WITHIN and runs.process.poll() is None:
        with suppress(OSError, dns.exception.DNSException):
            answer = dns.query.udp(asked, "127.0.0.1", timeout=0.2, port=runs.port)
            if fault(CASES["static"], world, answer) is None:
                return time.monotonic() - began
        time.sleep(0.005)
    raise RuntimeError(f"{runs.server.name} is not ready\n{runs.log()[-2_000:]}")


def measure_map(plan: Plan, results: Results) -> None:
    """SIGHUP with a map of 1M prefixes in the place of a small one: until it has been read, compiled and adopted."""
    for name in plan.engines()[-1:]:
        small = replace(plan.world, networks=MAP_BEFORE, pools=0, many=0)
        large = replace(small, networks=MAP_AFTER)
        prepared = plan.prepare([name], small)[name]
        with plan.ready(prepared, [CASES["ecs"]]) as runs:
            ours.write_overlay(prepared.folder / "places.csv", large)
            began = time.monotonic()
            runs.process.send_signal(signal.SIGHUP)
            while not RELOADED.search(runs.log()):
                if time.monotonic() > began + WITHIN:
                    raise RuntimeError(f"the map is not there\n{runs.log()[-2_000:]}")
                time.sleep(0.02)
            took = time.monotonic() - began
            check_map(runs, large, CASES["ecs"])
            say(f"map of {MAP_AFTER:,} prefixes: {took:.1f} s")
            results.add("gslb", "map 1M", seconds=took)


def check_map(runs: Running, world: World, case: Case) -> None:
    """RuntimeError when answers are not those of the new map."""
    for asked in sample(case, world):
        wrong = fault(case, world, dns.query.udp(asked, "127.0.0.1", timeout=2, port=runs.port))
        if wrong:
            raise RuntimeError(wrong)
