"""`gslb top`: the busiest names, resolvers and places, and what each region gets, once or live."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from rich.columns import Columns
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gslb.cli.local import NodeError, add_state, ask, folders, printable

REFRESH = 2.0  # seconds


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("top", help="the busiest names, resolvers, places and regions")
    parser.add_argument("--once", action="store_true", help="print once instead of following until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="once, as data")
    parser.add_argument("--count", type=_count, default=10, metavar="N", help="how many of each (default: 10)")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print, or follow; 1 when the node does not answer."""
    path = folders(args).control_socket

    def now() -> dict[str, Any]:
        found: dict[str, Any] = ask(path, "GET", f"/v1/top?count={args.count}")
        return found

    try:
        if args.json:
            print(json.dumps(now()))
        elif args.once:
            Console().print(table(now()))
        else:
            with Live(table(now()), auto_refresh=False) as live:
                while True:
                    time.sleep(REFRESH)
                    live.update(table(now()), refresh=True)
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def table(found: dict[str, Any]) -> Group:
    """What the node told, as a person reads it."""
    total = found["packets"]
    sampled = f", of which one in {found['one_in']} is looked at" if found["one_in"] > 1 else ""
    head = Text(f"{rate(total)} queries/s{sampled}")
    regions = _table("region", "answers/s")
    for one in found["regions"]:
        regions.add_row(_plain(one["region"]), rate(one["rate"]))
    names = _table("name", "type", "q/s", "share", "resolvers")
    for one in found["names"]:
        resolvers = f"~{one['resolvers']:,}" if one["resolvers"] else "few"
        names.add_row(_plain(one["name"]), _plain(one["type"]), rate(one["rate"]), share(one["rate"], total), resolvers)
    senders = _table("resolver", "q/s", "share")
    for one in found["resolvers"]:
        senders.add_row(_plain(one["resolver"]), rate(one["rate"]), share(one["rate"], total))
    places = _table("clients in", "q/s", "share")
    for one in found["places"]:
        places.add_row(_plain(one["place"]), rate(one["rate"]), share(one["rate"], total))
    return Group(head, *([regions] if found["regions"] else []), names, Columns([senders, places], padding=(0, 4)))


def rate(value: float) -> str:
    """Events a second, in three digits or so."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def share(part: float, whole: float) -> str:
    """A part of the whole in per cent; never more than all, though both are estimates."""
    return f"{min(part / whole, 1.0):.0%}" if whole > 0 else ""


def _table(first: str, *others: str) -> Table:
    made = Table(box=None, pad_edge=False)
    made.add_column(first, overflow="fold")
    for column in others:
        made.add_column(column, justify="left" if column == "type" else "right")
    return made


def _plain(text: str) -> Text:
    """What somebody else chose, with nothing in it that a terminal would obey."""
    return Text(printable(text))


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 500:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 500")
    return int(text)
