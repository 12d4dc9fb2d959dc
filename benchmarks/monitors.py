"""What probing many endpoints costs one core: CPU, how late probes start, how evenly they arrive, when all is known.

    python benchmarks/monitors.py                    # 10,000 TCP monitors, then 2,000 HTTP ones, every 10 s
    python benchmarks/monitors.py --kind tcp --count 2000 --profile

A vantage alone (timetable, probes, and a judge that hears of them) on one core, endpoints on another. The first
round and the rounds after it are told apart: at a start everything is new at once. `--profile` prints where the time
goes (cProfile, which makes it slower). The same in a whole node: `bench.py --only probes`.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Iterable
from ipaddress import IPv4Address
from statistics import mean

from rig import endpoints

from gslb.health import Judge, Observation, Turn, Watched
from gslb.model import Check, Monitor, MonitorKind
from gslb.probe import Prober, Runner, Target

FIRST_ADDRESS = IPv4Address("127.16.0.1")
GATHER = 0.005  # seconds in which a judge hears of what happens together
COUNTS = {"tcp": 10_000, "http": 2_000}


class Lateness:
    """How long after they were due probes were started, in seconds; put between a runner and its timetable."""

    def __init__(self, runner: Runner) -> None:
        self.seconds: list[float] = []
        timetable = runner._timetable  # noqa: SLF001 - only it knows when a probe was due
        self._rows = timetable._rows  # noqa: SLF001
        self._step = timetable.step
        self._due = {key: row.due for key, row in self._rows.items()}
        timetable.step = self.step  # type: ignore[method-assign]

    def step(self, now: float, finished: Iterable[tuple[Target, bool]] = ()) -> Turn[Target]:
        ended = list(finished)
        turn = self._step(now, ended)
        self.seconds += [now - self._due[key] for key in turn.starts]
        self._due |= {key: self._rows[key].due for key, _ in ended}
        return turn


async def probe(kind: str, count: int, port: int, interval: float, seconds: float) -> dict[str, float]:
    """Probe for a first round and so many seconds more; the figures of both."""
    monitor = Monitor("m", MonitorKind(kind), port=port, interval=interval, timeout=3.0, digest="d")
    checks = [Check("m", f"pool/{number}", str(FIRST_ADDRESS + number)) for number in range(count)]
    judge = Judge({check: Watched(monitor, None, port) for check in checks}, {"v": None}, time.monotonic(), time.time())
    heard: list[Observation] = []
    async with Prober() as prober:
        runner = Runner("v", 1, prober, heard.append)
        began, used = time.monotonic(), time.process_time()
        known = numbered = 0
        runner.adopt([Target(check, monitor, port) for check in checks])
        lateness = Lateness(runner)
        running = asyncio.create_task(runner.run())

        async def hear(until: float) -> None:
            nonlocal known, numbered
            while time.monotonic() < until and (until < float("inf") or known < count):
                await asyncio.sleep(GATHER)
                batch, heard[:] = tuple(heard), []
                numbered += len(batch)
                if batch:
                    known += sum(verdict.known for verdict in judge.observe(batch, time.monotonic(), time.time()))

        await hear(float("inf"))
        first, first_used = time.monotonic() - began, time.process_time() - used
        await hear(time.monotonic() + interval / 2)  # the first round is denser than the others: let it be over
        used, from_ = time.process_time(), time.monotonic()
        lateness.seconds.clear()
        before = numbered
        await hear(from_ + seconds)
        late = sorted(lateness.seconds) or [0.0]
        took, ticks = time.monotonic() - from_, numbered - before
        cpu = (time.process_time() - used) / took
        running.cancel()
        await asyncio.wait([running])
    return {
        "first_verdicts": first,
        "first_cpu": first_used / first,
        "cpu": cpu,
        "probes": ticks / took,
        "late_p50": late[len(late) // 2],
        "late_p99": late[len(late) * 99 // 100],
        "late_max": late[-1],
        "up": float(sum(one.up for one in judge.verdicts().values())),
        "from": from_,
    }


def child(words: str) -> None:
    """The vantage's process: figures as JSON on standard output."""
    given = json.loads(words)
    os.sched_setaffinity(0, {given.pop("core")})
    profiled = given.pop("profile")
    profile = cProfile.Profile()
    if profiled:
        profile.enable()
    found = asyncio.run(probe(**given))
    if profiled:
        profile.disable()
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(35)
    print(json.dumps(found))


def measure(args: argparse.Namespace, kind: str, count: int) -> None:
    """One kind: start the vantage, count what arrives, print."""
    with endpoints(args.load_core) as at:
        given = {"kind": kind, "count": count, "port": at.port, "interval": args.interval, "seconds": args.seconds}
        words = json.dumps(given | {"core": args.core, "profile": args.profile})
        done = subprocess.run([sys.executable, __file__, "--child", words], stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout)
        start = int(found["from"]) + 1
        arrived = [at.arrivals[start + second] for second in range(int(args.seconds) - 1)]
    due = count / args.interval
    print(
        f"{count} {kind} monitors every {args.interval:g} s: {found['cpu']:.2f} of a core, "
        f"{found['probes'] / due:.1%} of those due, {found['up']:.0f} up; "
        f"late p50 {1000 * found['late_p50']:.1f} ms, p99 {1000 * found['late_p99']:.1f} ms, "
        f"max {1000 * found['late_max']:.0f} ms; arrivals a second: most {max(arrived)}, mean {mean(arrived):.0f}, "
        f"{max(arrived) / mean(arrived):.2f}; first verdicts of all after {found['first_verdicts']:.1f} s "
        f"at {found['first_cpu']:.2f} of a core",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=[*COUNTS, "both"], default="both")
    parser.add_argument("--count", type=int, help="how many monitors (default: 10,000 tcp, 2,000 http)")
    parser.add_argument("--interval", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to measure after the first round")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child)
        return
    for kind in COUNTS if args.kind == "both" else (args.kind,):
        measure(args, kind, args.count or COUNTS[kind])


if __name__ == "__main__":
    main()
