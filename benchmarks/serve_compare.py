"""Answers a second, ours beside gdnsd, Knot and NSD: one core for the server, one for the load, in turn, medians.

    python benchmarks/serve_compare.py [--peers gdnsd,gslb] [--cases static,steered,ecs] [--tool dnsperf] [--write]

All servers of a case run at once, idle but for their probes, and are measured in turn (A B A B …), so that what the
machine does meanwhile meets them all. Gaps under 10 % are ties.
"""

import argparse
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from cases import Case, Load, write_queries
from peers import PEERS
from rig import HERE, Figures, compile_programs, endpoints, run_dnsperf, run_loadgen, running

RESULTS = dict[tuple[str, Case], list[Figures]]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", default=",".join(PEERS), help="comma-separated (default: %(default)s)")
    parser.add_argument("--cases", default=",".join(case.value for case in Case), help="(default: %(default)s)")
    parser.add_argument("--tool", choices=("loadgen", "dnsperf"), default="loadgen", help="(default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=4, help="of one run (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each server, in turn (default: %(default)s)")
    parser.add_argument(
        "--pools", type=int, default=1, help="of two probed endpoints in 'steered'; 500 make 1,000 probes"
    )
    parser.add_argument("--networks", type=int, default=500_000, help="in 'ecs' (default: %(default)s)")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/")
    return parser.parse_args()


def measure(case: Case, names: list[str], load: Load, scratch: Path, wanted: argparse.Namespace) -> RESULTS:
    """Every wanted peer that knows the case, in turn, `rounds` times."""
    query_file = scratch / f"{case.value}.queries"
    write_queries(case, load, query_file)
    results: RESULTS = {}
    with ExitStack() as stack:
        ports = {
            name: stack.enter_context(
                running(PEERS[name], case, load, scratch / f"{case.value}-{name}", wanted.server_core)
            )
            for name in names
            if case in PEERS[name].cases
        }
        for _ in range(wanted.rounds):
            for name, port in ports.items():
                if wanted.tool == "dnsperf":
                    figures = run_dnsperf(case, load, port, scratch, wanted.load_core, wanted.seconds)
                else:
                    figures = run_loadgen(
                        scratch / "bin" / "loadgen", port, query_file, wanted.load_core, wanted.seconds
                    )
                print(f"{case.value:8} {name:6} {figures.rate / 1e3:7.1f} k/s", file=sys.stderr, flush=True)
                results.setdefault((name, case), []).append(figures)
    return results


def cell(runs: list[Figures] | None, reference: list[Figures] | None, name: str) -> str:
    if not runs:
        return "-"
    rate = median(run.rate for run in runs)
    text = f"{rate / 1e3:.0f}"
    if reference:
        text += f" ({rate / median(run.rate for run in reference):.2f})"
    latencies = [run.p99_us for run in runs if run.p99_us is not None]
    if latencies:
        text += f" {median(latencies) / 1e3:.1f} ms"
    worst = max(run.bad_share for run in runs)
    if worst > 0.001 and name != "echo":
        text += f" **{worst:.1%} lost or wrong**"
    return text


def table(results: RESULTS, names: list[str], cases: list[Case]) -> str:
    reference = "gdnsd" if "gdnsd" in names else names[0]
    lines = [
        f"Medians: thousand answers a second (÷ {reference}), 99th percentile of latency under this load.",
        "",
        "| | " + " | ".join(case.value for case in cases) + " |",
        "|---|" + "---|" * len(cases),
    ]
    for name in names:
        row = [cell(results.get((name, case)), results.get((reference, case)), name) for case in cases]
        lines.append(f"| {name} | " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """The processor as it names itself, fit for a file name."""
    model = platform.machine()
    if Path("/proc/cpuinfo").exists():
        named = [
            line.partition(":")[2]
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        model = named[0] if named else model
    words = "".join(letter if letter.isalnum() or letter == "." else " " for letter in model.lower()).split()
    return "-".join([*words, f"{os.cpu_count()}cores"])


def main() -> None:
    wanted = arguments()
    names = wanted.peers.split(",")
    if unknown := set(names) - set(PEERS):
        sys.exit(f"unknown peer {', '.join(sorted(unknown))}: choose from {', '.join(PEERS)}")
    cases = [Case(value) for value in wanted.cases.split(",")]
    os.sched_setaffinity(0, {wanted.load_core})
    results: RESULTS = {}
    with tempfile.TemporaryDirectory(prefix="gslb-bench-") as folder, endpoints() as probe_port:
        scratch = Path(folder)
        compile_programs(scratch / "bin")
        load = replace(Load(pools=wanted.pools, networks=wanted.networks), probe_port=probe_port)
        for case in cases:
            results |= measure(case, names, load, scratch, wanted)
    text = table(results, names, cases)
    print(text)
    if wanted.write:
        now = datetime.now(UTC)
        path = HERE / "results" / f"{now:%Y-%m-%d}-{machine()}.md"
        path.parent.mkdir(exist_ok=True)
        shape = f"{wanted.tool}, {wanted.rounds} runs of {wanted.seconds:g} s"
        shape += f", {wanted.pools} pools, {wanted.networks} networks"
        path.write_text(f"# {now:%Y-%m-%d}, {machine()}\n\n{shape}, Linux {platform.release()}.\n\n{text}")
        print(f"written to {path.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
