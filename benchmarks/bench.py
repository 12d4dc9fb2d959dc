"""Every goal of speed and scale in one run: ours beside its peers on this machine; a page, a plot and the ratios.

    python benchmarks/bench.py                       # everything, three rounds, into benchmarks/results/
    python benchmarks/bench.py --only speed,reload   # parts of it, again; the other figures stay
    python benchmarks/bench.py --quick               # a few cases beside gdnsd, one round, nothing written
    python benchmarks/bench.py --show                # the page anew from what was measured

One core serves, another loads. Servers take turns within a round (A B A B); each is alone while it is measured, and the
middle of the rounds counts.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import changes
import cores
import loading
import probing
import profiles
import report
import speed
import wire
from generator import HERE, Generators, compile_programs
from measured import Results, machine
from plan import Plan
from rig import Cores, endpoints
from servers import SERVERS
from world import World

PARTS = {
    "speed": speed.measure,
    "reload": changes.reloads,
    "flips": changes.flips_under_load,
    "wire": wire.measure,
    "cores": cores.measure,
    "load": loading.measure,
    "map": loading.measure_map,
    "probes": probing.measure,
    "profile": profiles.measure,
}
QUICK_SERVERS, QUICK_CASES = "gdnsd,gslb-python,gslb-compiled", "static,steered,mixed,nxdomain"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), metavar="PART,…", help="of %(default)s")
    parser.add_argument("--servers", default=",".join(SERVERS), metavar="NAME,…", help="of %(default)s")
    parser.add_argument("--cases", default=",".join(speed.ALL), metavar="CASE,…", help="of part speed: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="of each server, in turn (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=3, help="of one run (default: %(default)s)")
    parser.add_argument("--networks", type=int, default=World.networks, help="of the map (default: %(default)s)")
    parser.add_argument("--pools", type=int, default=World.pools, help="of two probed endpoints (default: %(default)s)")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="daily use: under two minutes")
    parser.add_argument("--show", action="store_true", help="measure nothing; write the page again and print the goals")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="folder (default: %(default)s)")
    wanted = parser.parse_args()
    if wanted.quick:
        wanted.only, wanted.servers, wanted.cases = "speed", QUICK_SERVERS, QUICK_CASES
        wanted.rounds, wanted.seconds, wanted.networks = 1, min(wanted.seconds, 2), 0
    for asked, known in ((wanted.only, PARTS), (wanted.servers, SERVERS), (wanted.cases, speed.ALL)):
        if unknown := set(asked.split(",")) - set(known):
            parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
    return wanted


def measure(wanted: argparse.Namespace, kept: Path | None) -> Results:
    """Run the wanted parts. `kept` holds what was measured before, and each part once it is done; None: nothing."""
    results = Results.load(kept) if kept else Results()
    os.sched_setaffinity(0, {wanted.load_core})
    used = Cores((wanted.server_core,), wanted.load_core)
    scratch = Path(tempfile.mkdtemp(prefix="gslb-bench-"))
    try:
        with endpoints(wanted.load_core) as probed:
            compile_programs(scratch / "bin")
            world = World(pools=wanted.pools, networks=wanted.networks, probe_port=probed.port)
            plan = Plan(
                scratch=scratch,
                cores=used,
                generators=Generators(scratch / "bin", used),
                world=world,
                endpoints=probed,
                servers=tuple(wanted.servers.split(",")),
                cases=tuple(wanted.cases.split(",")),
                rounds=wanted.rounds,
                seconds=wanted.seconds,
            )
            for part in wanted.only.split(","):
                results.replace(one_part(part, plan, results))
                if kept:
                    results.save(kept)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return results


def one_part(part: str, plan: Plan, so_far: Results) -> Results:
    """What a part measured. One that fails says why in its note, and the rest goes on."""
    print(f"== {part}", file=sys.stderr, flush=True)
    so_far.forget_note(part)
    began, measured = time.monotonic(), Results()
    how = f"{plan.rounds} rounds of {plan.seconds:g} s, load average {os.getloadavg()[0]:.1f} at the beginning"
    measured.parts[part] = f"{datetime.now(UTC):%H:%M} UTC, {how}"
    folder = plan.scratch / part
    folder.mkdir()
    try:
        PARTS[part](replace(plan, scratch=folder), measured)
    except Exception as error:  # noqa: BLE001 - the other parts are worth having
        traceback.print_exc()
        measured.notes[part] = f"broke off: {' '.join(str(error).split())[:300]}"
    shutil.rmtree(folder, ignore_errors=True)
    print(f"== {part} took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return measured


def about(wanted: argparse.Namespace) -> str:
    """What all parts have in common."""
    return (
        f"{machine()}, Linux {platform.release()}, Python {platform.python_version()}; {2 * wanted.pools:,} endpoints "
        f"probed every 10 s, {wanted.networks:,} networks, one core for the server and one for the load, the middle of "
        "the rounds. A rate within 10 % of its goal is a tie."
    )


def main() -> None:
    wanted = arguments()
    name = f"{datetime.now(UTC):%Y-%m-%d}-{machine()}"
    kept = None if wanted.quick else wanted.results / f"{name}.json"
    results = Results.load(kept) if wanted.show and kept else measure(wanted, kept)
    titles = {name: server.title for name, server in SERVERS.items()}
    if kept:
        (wanted.results / f"{name}.svg").write_text(report.plot(results, titles))
        page = report.page(results, titles, name, about(wanted), f"{name}.svg")
        (wanted.results / f"{name}.md").write_text(page)
    print(report.rates(results, titles))
    print(report.goals(results))
    for part, note in results.notes.items():
        print(f"{part}: {note}")
    if kept:
        print(f"written to {wanted.results}/{name}.md")


if __name__ == "__main__":
    main()
