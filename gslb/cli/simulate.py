"""`gslb simulate --down eu-west`: what would be answered then, of a running node or of a configuration."""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from gslb.cli.files import find, read_text
from gslb.cli.local import NodeError, add_state, ask, folders, printable
from gslb.cli.moments import MomentError, coming

FINE, HURTS, UNKNOWN = 0, 1, 2
"""Exit statuses: it can be borne, it cannot, that cannot be told."""
WORDS = {"down": "down", "drain": "drained", "off": "off"}


class UsageError(Exception):
    """What was asked cannot be told; the text says why."""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "simulate",
        help="what would be answered if a region were lost, drained or off",
        description="Say what would be answered. Exits with 0 if that can be borne, 1 if a region would be overloaded "
        "or somebody not be answered, 2 if it cannot be told.",
    )
    parser.add_argument("file", nargs="?", help="a configuration to ask instead of a running node")
    for word, text in (("down", "dead, as probes would find out"), ("drain", "drained"), ("off", "turned off")):
        parser.add_argument(
            f"--{word}", action="append", default=[], metavar="PATH", help=f"a region, pool or endpoint that is {text}"
        )
    add_demand(parser)
    parser.add_argument("--demand", metavar="CSV", help="with a configuration: who asks (name,clients,rate)")
    parser.add_argument("--save-demand", metavar="CSV", help="write what the node is asked now there, and no more")
    add_state(parser)
    parser.set_defaults(run=run)


def add_demand(parser: argparse.ArgumentParser) -> None:
    """The options that say how much is asked."""
    parser.add_argument("--at", metavar="TIME", help='peak, 02:00, "02:00 UTC" or 2026-12-03T02:00 (default: now)')
    parser.add_argument(
        "--requests", type=float, metavar="N", help="requests that a query stands for, on all nodes (default: 1)"
    )
    parser.add_argument("--rate", metavar="RATE", help="queries in all, where no demand is known: 20k/s")
    parser.add_argument("--json", action="store_true", help="as data")


def run(args: argparse.Namespace) -> int:
    """Print what would be; the exit status says whether that can be borne."""
    try:
        if args.save_demand:
            text = ask(folders(args).control_socket, "GET", "/v1/demand")["csv"]
            Path(args.save_demand).write_text(text, encoding="utf-8")
            print(f"{args.save_demand}: {text.count(chr(10)) - 1} streams")
            return FINE
        found = of_file(args) if args.file else of_node(args, question(args))
    except (NodeError, MomentError, UsageError, OSError) as error:
        print(error, file=sys.stderr)
        return UNKNOWN
    if args.json:
        print(json.dumps(found))
    else:
        console = Console(highlight=False)
        for part in shown(found).renderables:
            console.print(part, soft_wrap=isinstance(part, Text) and not console.is_terminal)
    return HURTS if found["troubles"] else FINE


def question(args: argparse.Namespace) -> dict[str, object]:
    """What is asked, as the node wants it. Raises MomentError, UsageError."""
    from gslb.config import Wrong, rate

    try:
        whole = rate(args.rate) if args.rate else None
    except Wrong as wrong:
        raise UsageError(f"--rate: {wrong.message}; {wrong.hint}") from wrong
    if args.requests is not None and not args.requests > 0:
        raise UsageError(f"--requests: {args.requests:g} is not above 0")
    peak = args.at == "peak"
    return {
        "down": args.down,
        "drain": args.drain,
        "off": args.off,
        "at": None if peak or args.at is None else coming(args.at, time.time()),
        "peak": peak,
        "requests": args.requests,
        "whole": whole,
    }


def of_node(args: argparse.Namespace, body: dict[str, object]) -> dict[str, Any]:
    """Of a running node. Raises NodeError, UsageError."""
    if getattr(args, "demand", None):
        raise UsageError("--demand goes with a configuration: gslb simulate gslb.yaml --demand demand.csv")
    found: dict[str, Any] = ask(folders(args).control_socket, "POST", "/v1/simulate", body, timeout=120.0)
    return found


def of_file(args: argparse.Namespace) -> dict[str, Any]:
    """Of a configuration in which all is up. Raises Faults, MomentError, UsageError."""
    from gslb.app import foreseen

    body = question(args)
    if body["peak"] or body["at"] is not None:
        raise UsageError("--at goes with a running node: a file knows of no hours")
    try:
        return dict(foreseen(args.file, args.demand, body, read_text, find, time.time()))
    except ValueError as error:
        raise UsageError(str(error)) from error


def shown(found: dict[str, Any]) -> Group:
    """What would be, as a person reads it."""
    supposed = [f"{path} is {said}" for word, said in WORDS.items() for path in found["supposed"][word]]
    head = f"if {', '.join(supposed)}" if supposed else "as it is"
    first = f"{head}: {amount(found['rate'], found)} {found['demand']}"
    lines: list[Text | Table] = [Text(printable(first)), regions(found)]
    for one in found["shifts"]:
        fenced = f" (fenced by {one['fence']})" if one["fence"] else ""
        to = ", ".join(f"{to['region'] or 'no answer'} {amount(to['rate'], found)}" for to in one["to"])
        lines.append(Text(printable(f"its clients{fenced}: {amount(one['rate'], found)} go to {to}")))
    lines += [Text(printable(line)) for line in (*stale(found["stale"]), *servers(found), *latched(found))]
    lines += [Text(printable(f"trouble: {text}"), "bold red") for text in found["troubles"]]
    lines += [Text(printable(f"note: {text}")) for text in found["notes"]]
    return Group(*lines)


def regions(found: dict[str, Any]) -> Table:
    """A row for each region."""
    table = Table(box=None, pad_edge=False)
    for column in ("region", "before", "after", "capacity", ""):
        table.add_column(column, justify="left" if column in ("region", "") else "right")
    for one in found["regions"]:
        capacity = one["capacity"]
        used = "" if not capacity else f"{one['after'] / capacity:.0%}"
        state = Text(f"{used} OVERLOADED", "bold red") if one["overloaded"] else Text(used)
        table.add_row(
            Text(printable(one["region"])),
            amount(one["before"], found),
            amount(one["after"], found),
            amount(capacity, found) if capacity is not None else "",
            state,
        )
    if any(found["unanswered"].values()):
        none = found["unanswered"]
        table.add_row("no answer", amount(none["before"], found), amount(none["after"], found), "", "")
    return table


def amount(rate: float, found: dict[str, Any]) -> str:
    """A rate; a share, where the whole was only assumed."""
    from gslb.foresight import quantity

    return quantity(rate) if found["known"] else f"{rate:.1f}%"


def stale(found: dict[str, Any]) -> list[str]:
    """How long clients stay with what is gone."""
    if not found["rate"]:
        return []
    if found["honest"] is None:
        return ["clients: some stay there for good"]
    marks = (0.75, 0.5, 0.25)
    shares = ", ".join(f"{mark:.0%} after {reached(found['curve'], mark):.0f} s" for mark in marks)
    last = f"the last honest one leaves after {found['honest']:.0f} s"
    tail = f"{found['extending']:.1%} of resolvers keep answers longer than they may"
    first = f"noticed within {found['noticed']:.0f} s" if found["noticed"] >= 1 else "answers change at once"
    return [f"clients: {first}; still there {shares}", f"         {last}; {tail}"]


def reached(curve: list[list[float]], mark: float) -> float:
    """When a curve that falls comes down to a share; it is straight between its points."""
    for (at, share), (after, less) in pairwise(curve):
        if less <= mark:
            return at + (after - at) * (share - mark) / (share - less) if share > mark else at
    return curve[-1][0]


def servers(found: dict[str, Any]) -> list[str]:
    """What it does to the name servers."""
    before, after = found["queries"]["before"], found["queries"]["after"]
    if not found["known"] or abs(after - before) <= 0.005 * before:
        return []
    now, then = amount(before, found), amount(after, found)
    return [f"name servers: {now} now, {then} then, by the TTLs and what is known of caches"]


def latched(found: dict[str, Any]) -> list[str]:
    """Which names would not go back by themselves, or not at once."""
    lines = []
    for one in found["latched"]:
        if one["after"] == 0:
            continue
        back = "by hand only: gslb failback" if one["after"] is None else f"{one['after']:.0f} s after the better is up"
        lines.append(f"latched: {one['name'].rstrip('.')} -> {one['child']} (back {back})")
    return lines
