"""Parts `reload` and `flips`: what changes cost those who ask meanwhile."""

import contextlib
import re
import signal
import statistics
import time
from dataclasses import replace
from pathlib import Path

from generator import Figures, read
from measured import Results
from node import Word, tell
from plan import Plan, say
from questions import CASES
from rig import Running, settle
from world import STATIC

RELOADS = 5
BEFORE, FULL_LOAD, PACED_LOAD = 1.5, 10.0, 15.0  # seconds: before a reload, of a whole run at full load, and at 10 k/s
PACED = 10_000  # queries a second
FLIPS_A_SECOND = 10
RELOADED = re.compile(r"event=reload ")


def reloads(plan: Plan, results: Results) -> None:
    """One zone edited and SIGHUP: the rate lost at full load, then losses and the slowest of five at 10 k/s."""
    world = replace(plan.world, networks=0, many=0)
    case = CASES["static"]
    (queries,) = replace(plan, world=world).queries("static").values()
    prepared = plan.prepare(plan.engines(), world)
    for name, one in prepared.items():
        with plan.ready(one, [case, CASES["steered"]]) as runs:
            settle(runs)
            for number in range(plan.rounds):
                loading = plan.generators.start_udp(case, runs.port, queries, FULL_LOAD)
                time.sleep(BEFORE)
                began, ended = reload(runs, number)
                figures = read(loading.communicate()[0], case)
                lost = rate_lost(figures, began, ended)
                say(f"reload {name}: {ended - began:.2f} s, {lost:.0%} of the rate lost")
                results.add(name, "reload", **{"rate lost": lost, "seconds": ended - began})
            loading, done = plan.generators.start_udp(case, runs.port, queries, PACED_LOAD, rate=PACED), 0
            while done < RELOADS and loading.poll() is None:
                time.sleep(0.2)
                reload(runs, plan.rounds + done)
                done += 1
            figures = read(loading.communicate()[0], case)
            slowest = figures.longest / 1e3
            say(f"reload {name} at 10 k/s: {figures.lost} lost, slowest {slowest:.1f} ms in {done} reloads")
            results.add(name, "reload", lost=figures.lost, slowest=slowest, **{"reloads at 10 k/s": done})


def reload(runs: Running, number: int) -> tuple[float, float]:
    """Edit a record, say SIGHUP, wait for its outcome; when it began and ended, by the monotonic clock."""
    zone = runs.folder / STATIC
    text = zone.read_text()
    zone.write_text(re.sub(r"^edited A .*\n|\Z", f"edited A 192.0.2.{number}\n", text, count=1, flags=re.MULTILINE))
    done = len(RELOADED.findall(runs.log()))
    began = time.monotonic()
    runs.process.send_signal(signal.SIGHUP)
    while len(RELOADED.findall(runs.log())) == done:
        if time.monotonic() > began + 120:
            raise RuntimeError(f"no outcome of a reload in two minutes\n{runs.log()[-2_000:]}")
        time.sleep(0.01)
    return began, time.monotonic()


def rate_lost(figures: Figures, began: float, ended: float) -> float:
    """Share of the rate before the reload that was not answered while it went on; from whole tenths of a second."""
    first, last = int((began - figures.started) * 10), int((ended - figures.started) * 10)
    before, during = figures.tenths[3:first], figures.tenths[first : max(last, first + 1)]
    if not before or not during:
        raise RuntimeError("the load did not last as long as the reload")
    return 1 - statistics.mean(during) / statistics.mean(before)


def flips_under_load(plan: Plan, results: Results) -> None:
    """The steered names at full load, with ten flips a second and without, in turn."""
    world = replace(plan.world, networks=0)
    case = CASES["steered"]
    (queries,) = replace(plan, world=world).queries("steered").values()
    for name, one in plan.prepare(plan.engines(), world).items():
        with plan.ready(one, [case]) as runs:
            settle(runs)
            for _ in range(plan.rounds):
                still = plan.generators.udp(case, runs.port, queries, plan.seconds)
                flipped, flips = while_flipping(plan, runs, queries)
                say(f"flips {name}: {still.rate / 1e3:.0f} k/s without, {flipped.rate / 1e3:.0f} with {flips}")
                results.add(name, "no flips", rate=still.rate, **{"bad share": still.bad_share})
                results.add(name, "flips", rate=flipped.rate, lost=flipped.lost, **{"bad share": flipped.bad_share})


def while_flipping(plan: Plan, runs: Running, queries: Path) -> tuple[Figures, int]:
    """The load's figures, and how many flips there were."""
    case, flips = CASES["steered"], 0
    loading = plan.generators.start_udp(case, runs.port, queries, plan.seconds)
    path = f"pool{plan.world.pools // 2}/one"
    due = time.monotonic()
    while loading.poll() is None:
        tell(runs.folder, Word.AUTO if flips % 2 else Word.OFF, path)
        flips += 1
        due += 1 / FLIPS_A_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
    if flips % 2:
        with contextlib.suppress(OSError):
            tell(runs.folder, Word.AUTO, path)
    return read(loading.communicate()[0], case), flips
