"""What is foretold of TTLs from traced queries, against what a model of resolvers then does: a table and a plot.

resolvers ─► queries under one TTL ─► traced senders ─► Populations, Tuning ─► foretold ─┐
          └► queries and deaths under every other TTL ───────────────────────► realised ─┴─► table, docs/ttl.svg

Nothing of the true rates reaches what foretells. `python benchmarks/ttl_model.py [--out FILE]`; a minute or two.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from random import Random

from plot import Axis, Line, Panel, svg
from resolvers import Resolver, asked, death, population

from gslb.caching import Forecast, Populations, Tuned, Tuning
from gslb.config import load

NAME = "www.example.com."
TEXT = """\
gslb: 1
monitors: {ready: {probe: "http://www.example.com/", interval: 5s, timeout: 2s, confirm_interval: 1s, fall: 3}}
pools: {web: {monitor: ready, endpoints: {main: 192.0.2.1, spare: 192.0.2.2}}}
zones:
  example.com:
    records: '@ 1d NS ns.example.net.'
    steer: {www: {ttl: {auto: {rto: 60s, queries: 300/s}, min: 5s, max: 5m}, failover: [web/main, web/spare]}}
"""
TTLS = (5, 10, 20, 40, 80, 160, 300)
MARK = 7
DEATHS = 40


@dataclass(frozen=True, slots=True)
class Realised:
    """What resolvers did under a TTL: queries a second, and seconds until clients had left, counted from the death."""

    queries: float
    mean: float
    median: float
    worst: float


def watched(resolvers: list[Resolver], ttl: int, seconds: float, chance: Random, nodes: int = 1) -> tuple[Tuned, int]:
    """What one of so many nodes makes of it after so long, and how many entries it traced."""
    populations, tuning, model = Populations(0.0), Tuning(), load("gslb.yaml", lambda _: TEXT)
    answered, due = 0, 1.0
    tuning.step(0.0, model, {NAME: ttl}, {}, {NAME: 0}, {})
    turns = Random(nodes)
    for at, number in asked(resolvers, ttl, seconds, chance):
        if turns.randrange(nodes):
            continue  # another node's turn
        while at >= due:
            wanted = populations.wanted(answered / due)
            if wanted != populations.free:
                populations.trace(wanted, due)
            if due % 10 == 0:
                tuning.step(due, model, {NAME: ttl}, {}, {NAME: answered}, populations.stood_for)
            due += 1
        answered += 1
        level = (resolvers[number].mark ^ MARK).bit_length()
        if level <= populations.free:
            populations.see(NAME, number, level, at, ttl)
    tuning.step(due, model, {NAME: ttl}, populations.measured(due), {NAME: answered}, populations.stood_for)
    return tuning.tuned[NAME], len(populations)


def realise(
    resolvers: list[Resolver], ttl: int, delay: float, seconds: float, chance: Random, nodes: int = 1
) -> Realised:
    """The same resolvers under a TTL; endpoints die at some moments, `delay` later answers are others."""
    moments = [seconds * (number + 1) / (DEATHS + 1) for number in range(DEATHS)]
    latest: dict[int, float] = {}
    count, deaths = 0, []
    for at, number in asked(resolvers, ttl, seconds, chance):
        while moments and at >= moments[0]:
            deaths.append(death(resolvers, ttl, latest, moments.pop(0)))
        latest[number] = at
        count += 1
    return Realised(
        count / seconds / nodes,
        delay + sum(one.mean for one in deaths) / DEATHS,
        delay + sum(one.median for one in deaths) / DEATHS,
        delay + max(one.worst for one in deaths),
    )


def rows(
    tuned: Tuned, resolvers: list[Resolver], seconds: float, chance: Random, nodes: int = 1
) -> list[tuple[Forecast, Realised]]:
    """Foretold and realised, by TTL."""
    found = []
    for ttl in TTLS:
        long = max(seconds, 12.0 * ttl)
        found.append((tuned.at(ttl), realise(resolvers, ttl, tuned.delay or 0.0, long, chance, nodes)))
    return found


def errors(found: list[tuple[Forecast, Realised]]) -> dict[str, float]:
    """The largest part by which what was foretold is off, of each thing."""
    return {
        what: max(abs(getattr(told, what) / getattr(real, what) - 1) for told, real in found)
        for what in ("queries", "mean", "median", "worst")
    }


def table(found: list[tuple[Forecast, Realised]]) -> str:
    """As Markdown: foretold, then realised."""
    lines = ["| TTL | q/s | | mean failover | | p50 | | worst honest | |", "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for told, real in found:
        pairs = [
            (told.queries, real.queries),
            (told.mean, real.mean),
            (told.median, real.median),
            (told.worst, real.worst),
        ]
        cells = " | ".join(f"{one:.1f} | {other:.1f}" for one, other in pairs)
        lines.append(f"| {told.ttl} | {cells} |")
    return "\n".join(lines)


def drawn(found: list[tuple[Forecast, Realised]], note: str) -> str:
    """Load, and failover times, over TTLs; what was foretold is dashed."""

    def lines(*whats: tuple[str, str, str]) -> list[Line]:
        made = []
        for what, name, colour in whats:
            told = [(float(one.ttl), float(getattr(one, what))) for one, _ in found]
            real = [(float(one.ttl), float(getattr(other, what))) for one, other in found]
            made += [Line(f"{name}, foretold", told, dashed=True, colour=colour)]
            made += [Line(f"{name}, realised", real, marked=True, colour=colour)]
        return made

    ttl = Axis("TTL (s)", logarithmic=True)
    load_ = Panel("Queries to the name servers", ttl, Axis("a second", low=0.0), lines(("queries", "q/s", "#0072b2")))
    times = Panel(
        "Clients leave a dead endpoint",
        ttl,
        Axis("seconds after its death", logarithmic=True),
        lines(("mean", "mean", "#0072b2"), ("median", "half of them", "#009e73"), ("worst", "worst honest", "#d55e00")),
    )
    return svg([load_, times], note)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resolvers", type=int, default=20_000)
    parser.add_argument("--clients", type=float, default=3_000.0, help="client queries a second, in all")
    parser.add_argument("--seconds", type=float, default=3_600.0, help="watched for so long")
    parser.add_argument("--ttl", type=int, action="append", help="watched under this TTL (10, 40 and 120)")
    parser.add_argument("--nodes", type=int, default=1, help="resolvers take turns among so many; one of them watches")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--out", type=Path, help="where to draw")
    args = parser.parse_args()
    for ttl in args.ttl or (10, 40, 120):
        chance = Random(args.seed)
        resolvers = population(args.resolvers, args.clients, chance)
        tuned, traced = watched(resolvers, ttl, args.seconds, chance, args.nodes)
        found = rows(tuned, resolvers, 900.0, chance, args.nodes)
        extending = sum(one.rate for one in resolvers if one.kept(ttl) > ttl) / args.clients
        site = f"{args.resolvers:,} resolvers, {args.clients:,.0f} client queries/s"
        print(f"\n{site}, watched under TTL {ttl} for {args.seconds:.0f} s: {traced:,} entries traced")
        print(f"tail {tuned.at(ttl).tail:.1%}, in truth {extending:.1%}; goal {tuned.goal} s {tuned.alarm}")
        print(table(found))
        print("furthest off:", ", ".join(f"{what} {part:.1%}" for what, part in errors(found).items()))
        if args.out and ttl == (args.ttl or [40])[0]:
            note = f"{site}, watched under TTL {ttl}; seed {args.seed}"
            args.out.write_text(drawn(found, note))


if __name__ == "__main__":
    main()
