"""How long a flip takes: from observations that turn a verdict to the generation that answers by it.

    one pool's endpoint dies ─► one tree        the region dies ─► every tree
    observations ─► Judging.step ─► Publishing.publication ─► Publisher.publish ─► (workers see it in their next turn)

Not in it: the 5 ms in which the judge gathers what happens together, and a worker's turn (under a millisecond).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from gslb.config import load
from gslb.control import Heard, Judging, Publishing, Stored, assemble, build
from gslb.health import Observation
from gslb.image import Publisher

POLICIES = {
    "failover": "failover: [{pool}/eu-west, {pool}/us-east, {pool}/ap-south]",
    "weighted": "weighted: {{{pool}/eu-west: 1, {pool}/us-east: 2, {pool}/ap-south: 7}}",
    "latency": "latency: {pool}",
    "sticky": "sticky: {pool}",
}


def configuration(policy: str, names: int, trees: int) -> str:
    """`names` steered names over `trees` policies, each over a pool of its own with three endpoints."""
    pools = "\n".join(
        f"  p{n}: {{monitor: ready, endpoints: {{eu-west: 10.1.{n // 250}.{n % 250 + 1}, "
        f"us-east: 10.2.{n // 250}.{n % 250 + 1}, ap-south: 10.3.{n // 250}.{n % 250 + 1}}}}}"
        for n in range(trees)
    )
    policies = "\n".join(f"  t{n}: {{{POLICIES[policy].format(pool=f'p{n}')}}}" for n in range(trees))
    steered = "\n".join(f"      n{n}: t{n % trees}" for n in range(names))
    return f"""\
gslb: 1
listen: 127.0.0.1:5300
defaults: {{monitor: {{damping: off}}}}
regions: {{eu-west: {{at: FRA}}, us-east: {{at: IAD}}, ap-south: {{at: BOM}}}}
monitors:
  ready: {{probe: "http://www.example.com/", interval: 5s, timeout: 2s, confirm_interval: 1s, fall: 2, rise: 2}}
pools:
{pools}
policies:
{policies}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
{steered}
"""


class Rig:
    """A judge over a build, and the tables that it publishes to."""

    def __init__(self, text: str, folder: Path) -> None:
        files = {"flip.yaml": text}
        built = build(assemble(load("flip.yaml", files.__getitem__), files.__getitem__, time.time()).world, folder)
        self.now, self.sequence = 1_000.0, 0
        self.judging = Judging(built, Stored(), 1, self.now, time.time())
        self.publishing = Publishing(built)
        self.publisher = Publisher(folder / "run")
        self.digest = built.world.model.monitors["ready"].digest
        self.checks = tuple(self.judging.verdicts)

    def turn(self, checks: list, *, ok: bool) -> tuple[float, float, float]:
        """Observations of these now; seconds of judging, of making plans, of publishing."""
        self.now += 1.0
        seen = []
        for check in checks:
            self.sequence += 1
            reason = "200 OK in 2 ms" if ok else "connect timeout"
            seen.append(Observation("ns1", 1, self.sequence, check, self.digest, ok, reason, self.now, 0.002))
        marks = [time.perf_counter()]
        effects = self.judging.step(self.now, time.time(), [Heard(tuple(seen))])
        marks.append(time.perf_counter())
        if effects.belief is not None:
            publication = self.publishing.publication(effects.belief, effects.touched, self.now)
            marks.append(time.perf_counter())
            self.publisher.publish(publication)
        marks += [marks[-1]] * (3 - len(marks))
        marks.append(time.perf_counter())
        return marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2]

    def flips(self, endpoints: str, rounds: int) -> list[tuple[float, float, float]]:
        """Take the endpoints with this ending down and up again, time after time; only steps that turn are timed."""
        checks = [check for check in self.checks if check.endpoint.endswith(endpoints)]
        timed = []
        for _ in range(rounds):
            for ok in (False, True):
                self.turn(checks, ok=ok)
                timed.append(self.turn(checks, ok=ok))
                assert all(self.judging.verdicts[check].up is ok for check in checks)
        return timed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("policies", nargs="*", default=[*POLICIES], metavar="|".join(POLICIES))
    args = parser.parse_args()
    print(f"{args.names:,} steered names over {args.trees} trees; milliseconds, median (longest) of {2 * args.rounds}")
    for policy in args.policies:
        with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
            rig = Rig(configuration(policy, args.names, args.trees), Path(folder))
            began = time.perf_counter()
            rig.turn(list(rig.checks), ok=True)
            print(f"{policy:9} first generation {1e3 * (time.perf_counter() - began):8.1f}")
            for what, endpoints in (("one tree", "p7/eu-west"), (f"{args.trees} trees", "/eu-west")):
                timed = rig.flips(endpoints, args.rounds)
                total = [1e3 * sum(parts) for parts in timed]
                parts = [1e3 * statistics.median(part) for part in zip(*timed, strict=True)]
                print(
                    f"{policy:9} {what:16} {statistics.median(total):8.1f} ({max(total):.1f})"
                    f"   judging {parts[0]:.1f}, plans {parts[1]:.1f}, publishing {parts[2]:.1f}"
                )


if __name__ == "__main__":
    main()
