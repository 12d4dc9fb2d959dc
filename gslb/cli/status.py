"""`gslb status`: a node at a glance, once or live."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gslb.cli.local import NodeError, add_state, ask, folders

COLOURS = {"up": "green", "down": "bold red", "waiting": "yellow", "off": "red", "drain": "yellow"}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("status", help="endpoints, verdicts and operators' words")
    parser.add_argument("--watch", action="store_true", help="stay, and follow changes until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="as data")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print, or follow; 1 when the node does not answer."""
    path = folders(args).control_socket

    def now() -> dict[str, Any]:
        found: dict[str, Any] = ask(path, "GET", "/v1/status")
        return found

    try:
        if args.json:
            print(json.dumps(now()))
        elif args.watch:
            with Live(table(now()), auto_refresh=False) as live:
                while True:
                    time.sleep(1)
                    live.update(table(now()), refresh=True)
        else:
            Console().print(table(now()))
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def table(found: dict[str, Any]) -> Group:
    """What the node told, as a person reads it."""
    head = f"{found['node']}  generation {found['generation']}, {span(found['age'])} old, {found['workers']} workers"
    endpoints = Table(box=None, pad_edge=False)
    for column in ("endpoint", "address", "state", "for", "votes", "word", "why"):
        endpoints.add_column(column, overflow="fold")
    for endpoint in found["endpoints"]:
        word = "" if endpoint["word"] == "auto" else endpoint["word"]
        for verdict in endpoint["verdicts"] or [None]:
            endpoints.add_row(
                endpoint["path"],
                *_cells(verdict),
                Text(word, COLOURS.get(word, "")),
                verdict["reason"] if verdict else "",
            )
    for verdict in found["monitors"]:
        endpoints.add_row(verdict["monitor"], *_cells(verdict), "", verdict["reason"])
    lines: list[Text] = []
    for one in found["overrides"]:
        until = f" until {time.strftime('%F %T', time.localtime(one['expires']))}" if one["expires"] else ""
        lines.append(Text(f"{one['word']} {one['path']}{until} by {one['author']}: {one['why'] or 'no reason given'}"))
    lines += [Text(f"latched: {key} -> {child}") for key, child in found["latches"].items()]
    return Group(Text(head), endpoints, *lines)


def _cells(verdict: dict[str, Any] | None) -> tuple[str | Text, ...]:
    if verdict is None:
        return "", Text("up", "green"), "", "no monitor"
    state = verdict["state"] + ("?" if verdict["suspect"] else "")
    up, down = verdict["votes"]
    return verdict["address"], Text(state, COLOURS.get(verdict["state"], "")), span(verdict["for"]), f"{up}/{up + down}"


def span(seconds: float) -> str:
    """A length of time in the two largest units."""
    for size, unit, smaller, name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "m"), (60, "m", 1, "s")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit} {int(seconds % size // smaller)}{name}"
    return f"{seconds:.0f}s"
