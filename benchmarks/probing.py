"""Part `probes`: what many monitors cost: 10,000 TCP endpoints, and 2,000 HTTP ones, each every 10 s, on one core."""

import time
from dataclasses import replace

import ours
from measured import Results
from plan import Plan, say
from questions import CASES
from rig import Running
from world import World

MEASURED = 20  # seconds: two rounds
QUIET, JUDGED_WITHIN = 3.0, 120.0  # seconds: without a line in the journal every endpoint is judged; at most so long
KINDS = {"10k TCP": (5_000, "tcp://"), "2k HTTP": (1_000, "http://probed.test")}


def measure(plan: Plan, results: Results) -> None:
    """Arrivals at the endpoints beside those due, and the judge's CPU time meanwhile."""
    for name in plan.engines()[-1:]:
        for kind, (pools, probe) in KINDS.items():
            world = World(names=pools, many=0, pools=pools, networks=0, probe_port=plan.endpoints.port, probe=probe)
            part = replace(plan, scratch=plan.scratch / kind.replace(" ", "-"))
            part.scratch.mkdir()
            with plan.ready(part.prepare([name], world)[name], [CASES["steered"]]) as runs:
                judged = until_quiet(runs)
                before, first = runs.cpu_seconds("judge"), int(time.monotonic()) + 1
                time.sleep(MEASURED + 1.5)
                seconds = [plan.endpoints.arrivals[first + second] for second in range(MEASURED)]
                share = (runs.cpu_seconds("judge") - before) / (MEASURED + 1.5)
            due = 2 * pools / ours.PROBE_INTERVAL
            done, burst = sum(seconds) / MEASURED / due, max(seconds) / (sum(seconds) / MEASURED or 1)
            say(f"probes {kind}: {share:.2f} of a core, {done:.1%} of those due, busiest second {burst:.2f} of mean")
            figures = {"CPU share": share, "done share": done, "busiest second ÷ mean": burst}
            results.add("gslb", f"probes, {kind}", **figures, **{"first verdicts after, s": judged})


def until_quiet(runs: Running) -> float:
    """Wait until no more verdicts turn; seconds until the last one did."""
    began = changed = time.monotonic()
    said = len(runs.log())
    while time.monotonic() < min(changed + QUIET, began + JUDGED_WITHIN):
        time.sleep(0.2)
        if len(runs.log()) != said:
            said, changed = len(runs.log()), time.monotonic()
    return changed - began
