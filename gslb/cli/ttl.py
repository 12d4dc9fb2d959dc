"""`gslb ttl NAME`: what each TTL of a name costs and buys, for today's traffic, and what faster detection would."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from gslb.cli.curve import curve
from gslb.cli.local import NodeError, add_state, ask, folders, printable


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("ttl", help="what each TTL of a name costs in queries and buys in failover time")
    parser.add_argument("name", help="a steered name: www.example.com, or www as the configuration has it")
    parser.add_argument("--json", action="store_true", help="as data")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask the node and print; 1 when it does not answer or refuses."""
    try:
        found = ask(folders(args).control_socket, "GET", f"/v1/ttl?name={quote(args.name)}")
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(found) if args.json else "\n".join(map(printable, shown(found))))
    return 0


def shown(found: dict[str, Any]) -> Iterator[str]:
    """The advice as a person reads it, in 80 columns."""
    yield from _head(found)
    yield from _table(found)
    if found["known"]:
        yield ""
        yield from _drawn(found)
    yield from _detection(found)


def _head(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['name'].rstrip('.')}: now {found['now']} s ({_how(found)})"
    if found["known"]:
        seen = "" if found["seen"] is None else f"{_number(found['seen'])} q/s seen; "
        yield f"{seen}rates of {_about(found['resolvers'])} over {_minutes(found['watched'])}"
    else:
        yield "no resolver was seen asking for it yet: q/s cannot be told, and times are those"
        yield "of clients whose resolver always holds an answer, the worst there is"
    if found["uncached"] >= 0.1:
        yield f"{_number(found['uncached'])} q/s besides, of senders that keep nothing: no TTL changes that"
    if found["auto"] is not None and not found["trusted"]:
        yield "not enough telemetry to choose by: the TTL stays where it is"
    elif found["auto"] is not None and found["goal"] not in (None, found["now"]):
        yield f"on its way to {found['goal']} s, at most twofold once each old TTL"
    if found["alarm"]:
        yield f"ALARM  {found['alarm']}"
    if found["delay"] is None:
        yield "the death of some endpoint is never known (no monitor): no TTL bounds that"


def _how(found: dict[str, Any]) -> str:
    auto, now = found["auto"], next(row for row in found["rows"] if row["ttl"] == found["now"])
    worst = "" if now["worst"] is None else f"worst {now['worst']:.0f} s"
    if auto is None:
        return ", ".join(part for part in ("fixed" if found["min"] == found["max"] else "max", worst) if part)
    kept = [f"rto {auto['rto']:g} s" if auto["rto"] is not None else "", worst]
    kept += [f"{auto['queries']:,.0f} q/s allowed" if auto["queries"] is not None else ""]
    return f"auto: {', '.join(part for part in kept if part)}"


def _table(found: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{'TTL':>5} {'q/s':>8} {'x now':>6} {'RTO p50':>8} {'mean':>7} {'worst honest':>13}  tail"
    for row in found["rows"]:
        cells = (
            f"{row['ttl']:>5}",
            f"{_number(row['queries']):>8}",
            f"{'' if row['times'] is None else format(row['times'], '.2f'):>6}",
            f"{_seconds(row['median']):>8}",
            f"{_seconds(row['mean']):>7}",
            f"{_seconds(row['worst']):>13}",
        )
        yield f"{' '.join(cells)}  {_tail(row, found)}{_remark(row, found)}".rstrip()


def _tail(row: dict[str, Any], found: dict[str, Any]) -> str:
    if row["tail"] is None:
        return f"{found['extending']:.1%} extend?"
    if row["tail"] < 0.0005:
        return f"{'none seen':13}"
    until = "" if row["tail_until"] is None else f" to {row['tail_until']:.0f} s"
    return f"{format(row['tail'], '.1%') + until:13}"


def _remark(row: dict[str, Any], found: dict[str, Any]) -> str:
    now = row["ttl"] == found["now"]
    words = [("  <- auto" if found["auto"] else "  <- now") if now else ""]
    words += ["  misses rto"] if row["misses"] else []
    budget = found["auto"] and found["auto"]["queries"]
    words += ["  over budget"] if budget and row["queries"] is not None and row["queries"] > budget * 1.005 else []
    return "".join(words)


def _drawn(found: dict[str, Any]) -> Iterator[str]:
    yield "q/s by TTL (s)"
    auto = found["auto"] or {}
    marks = [(found["now"], f"{found['now']} now")]
    if auto.get("rto") is not None and found["delay"] is not None and auto["rto"] - found["delay"] > 0:
        longest = int(auto["rto"] - found["delay"])
        marks += [(longest, f"{longest} rto")] if longest != found["now"] else []
    points = [(float(row["ttl"]), row["queries"]) for row in found["curve"]]
    marks += [(points[0][0], f"{points[0][0]:.0f}"), (points[-1][0], f"{points[-1][0]:.0f}")]
    yield from curve(points, marks, auto.get("queries"))


def _detection(found: dict[str, Any]) -> Iterator[str]:
    if found["delay"] is None:
        return
    yield ""
    yield f"detection and publishing are {found['delay']:.1f} s of each"
    shorter = next((row for row in reversed(found["rows"]) if row["ttl"] < found["now"]), None)
    if shorter is None or not found["faster"]:
        return
    now = next(row for row in found["rows"] if row["ttl"] == found["now"])
    gain = now["median"] - shorter["median"]
    cost = "" if shorter["times"] is None else f" for {shorter['times']:.2f} times the queries"
    for one in found["faster"]:
        buys = "buys more than" if one["saves"] > gain else "saves"
        rest = f" TTL {shorter['ttl']} ({one['saves']:.1f} s, p50 {gain:.1f} s{cost})" if one["saves"] > gain else ""
        yield f"  {one['write']} {buys}{rest or format(one['saves'], ' .1f') + ' s'}"


def _about(count: int) -> str:
    return f"{count:,} resolver" if count == 1 else f"{count:,} resolvers"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} s"
