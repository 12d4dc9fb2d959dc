"""Where NSD and Knot differ from each other: python tests/conformance/survey.py [zones] [questions] [seed]."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conformance.compare import difference
from conformance.generate import cases, query
from conformance.peers import exchange, knot, nsd


def main(zones: int = 300, questions: int = 200, seed: int = 1) -> None:
    """Print each difference with the zone it is in, then how many there are."""
    begin = time.monotonic()
    made = cases(seed, zones, questions)
    print(f"{len(made)} zones made in {time.monotonic() - begin:.1f} s")
    asked = [(case, question) for case in made for question in case.questions]
    packets = [query(question, 0) for _, question in asked]
    with nsd(made) as first, knot(made) as second:
        ready = time.monotonic()
        left, right = exchange(first, packets), exchange(second, packets)
        done = time.monotonic()
    print(f"{2 * len(packets)} questions asked in {done - ready:.1f} s")
    apart = 0
    for (case, question), a, b in zip(asked, left, right, strict=True):
        if said := difference(question, b, a):
            apart += 1
            print(f"{said}\n    ({case.zone}; - NSD, + Knot)")
    print(f"{apart} of {len(asked)} differ; {time.monotonic() - begin:.1f} s in all")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
