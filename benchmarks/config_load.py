"""How long a large configuration takes to read: text to settled model, by stage.

    python benchmarks/config_load.py [--lines 7000] [--runs 5]

Makes a configuration of about so many lines (a pool of three endpoints for every two steered names, in block style),
reads it, and prints the median CPU time of the runs: what else runs on the machine takes no part.
"""

import argparse
import cProfile
import statistics
import time

from gslb.config import load
from gslb.config.compose import compose
from gslb.model import Collector, settle

HEAD = """\
gslb: 1
regions:
  eu-west: {at: FRA}
  us-east: {at: IAD}
  ap-south: {at: BOM}
monitors:
  ready:
    probe: https://www.example.com/health/ready
    interval: 5s
    timeout: 2s
"""
POOL = """\
  web{n}:
    monitor: ready
    endpoints:
      eu-west: [192.0.2.{a}, "2001:db8:1::{n:x}"]
      us-east: [198.51.100.{a}, "2001:db8:2::{n:x}"]
      ap-south:
        address: 203.0.113.{a}
        weight: 50
"""
NAMES = """\
      www{n}:
        ttl: 30s
        failover: [web{n}/eu-west, web{n}/us-east, web{n}]
        failback: {{after: 10m}}
      api{n}:
        ttl:
          min: 10s
          max: 5m
        geo:
          eu:
            latency: web{n}
            fence: true
          default: web{n}
"""
LINES_EACH = POOL.count("\n") + NAMES.count("\n")


def configuration(lines: int) -> str:
    """A configuration of about so many lines."""
    numbers = range(max(1, (lines - HEAD.count("\n")) // LINES_EACH))
    pools = "".join(POOL.format(n=number, a=number % 250 + 1) for number in numbers)
    names = "".join(NAMES.format(n=number) for number in numbers)
    records = "    records: |\n      @ 1d NS ns.example.net.\n"
    return f"{HEAD}pools:\n{pools}zones:\n  example.com:\n{records}    steer:\n{names}"


def median(runs: int, step: object) -> float:
    """Milliseconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        step()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=7_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--profile", action="store_true", help="print where the time goes instead")
    args = parser.parse_args()
    text = configuration(args.lines)
    if args.profile:
        cProfile.runctx("load('gslb.yaml', lambda _: text)", {"load": load, "text": text}, {}, sort="tottime")
        return
    model = load("gslb.yaml", lambda _: text)
    size = f"{text.count(chr(10)):,} lines, {len(model.pools):,} pools, {len(model.steered):,} steered names"
    print(f"{size}; median of {args.runs}, CPU ms")
    print(f"  text to words          {median(args.runs, lambda: compose('gslb.yaml', text, Collector())):8.0f}")
    print(f"  nouns to trees         {median(args.runs, lambda: settle(model)):8.0f}")
    print(f"  all: text to model     {median(args.runs, lambda: load('gslb.yaml', lambda _: text)):8.0f}")


if __name__ == "__main__":
    main()
