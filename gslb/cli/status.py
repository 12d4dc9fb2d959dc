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

from gslb.cli.local import NodeError, add_state, ask, folders, printable
from gslb.model import CONTROLS

COLOURS = {"up": "green", "down": "bold red", "waiting": "yellow", "held": "yellow", "off": "red", "drain": "yellow"}


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
    workers = f"{found['workers']} workers ({found['engine']} engine)"
    head = f"{found['node']}  generation {found['generation']}, {span(found['age'])} old, {workers}"
    endpoints = Table(box=None, pad_edge=False)
    for column in ("endpoint", "monitor", "address", "state", "for", "votes", "word", "why"):
        endpoints.add_column(column, overflow="fold")
    for endpoint in found["endpoints"]:
        word = "" if endpoint["word"] == "auto" else endpoint["word"]
        for verdict in [*filter(_telling, endpoint["verdicts"])] or [None]:
            endpoints.add_row(_plain(endpoint["path"]), *_cells(verdict), _coloured(word, word), _why(verdict))
    for verdict in filter(_telling, found["monitors"]):
        endpoints.add_row("", *_cells(verdict), "", _why(verdict))
    lacking = [one for one in found["vantages"] if one["state"] != "votes"]
    told = [f"vantage {one['name']} {one['state']}: {one['reason']}" for one in lacking]
    told += [said(one) for one in found["overrides"]]
    return Group(Text(head), glance(found), endpoints, *map(_plain, told))


def _telling(verdict: dict[str, Any]) -> bool:
    """Whether there is anything to read in it: a routing control that is on says nothing."""
    return not (verdict["monitor"].startswith(CONTROLS) and verdict["state"] == "up")


def glance(found: dict[str, Any]) -> Text:
    """The node in one line: each region (where there are none, each pool), what is latched, which words stand."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for endpoint in found["endpoints"]:
        groups.setdefault(endpoint["region"] or endpoint["path"].partition("/")[0], []).append(endpoint)
    used = {one["region"]: one["rate"] / one["capacity"] for one in found["regions"] if one["capacity"]}
    shares = {name: f" {share:.0%} of capacity" for name, share in used.items()}
    line = Text("  ").join(
        _plain(name).append(" ").append(together(group)).append(shares.get(name, "")) for name, group in groups.items()
    )
    latched = ", ".join(f"{one['name']} -> {one['child']} ({way_back(one)})" for one in found["latches"]) or "none"
    words = ", ".join(f"{_planned(one)}{one['word']} {one['path']}" for one in found["overrides"]) or "none"
    return line.append(f"{'   ' * bool(groups)}latched: {latched}   overrides: {words}")


def together(endpoints: list[dict[str, Any]]) -> Text:
    """What a group of endpoints comes to: off, up, down and since when, or how many of them are up."""
    words = {endpoint["word"] for endpoint in endpoints}
    if words in ({"off"}, {"drain"}):
        (word,) = words
        return _coloured(word.upper(), word)
    states = [endpoint["state"] for endpoint in endpoints]
    if len({*states}) > 1:
        return _coloured(f"{states.count('up')} of {len(states)} UP", "waiting")
    state = states[0]
    down = [one["for"] for endpoint in endpoints for one in endpoint["verdicts"] if one["state"] == "down"]
    return _coloured(state.upper() + (f" {span(min(down))}" if state == "down" else ""), state)


def way_back(latch: dict[str, Any]) -> str:
    """What lets a latched name go back."""
    if latch["after"] is None:
        return "manual"
    if latch["after"] and latch["returns"] is not None:
        return f"back in {span(max(0.0, latch['returns'] - time.time()))}"
    return "not better by enough" if latch["kind"] == "latency" else f"after {span(latch['after'])}"


def said(override: dict[str, Any]) -> str:
    """An operator's word as a sentence."""
    begins, share = override.get("begins"), override.get("share", 1.0)
    start = (
        f" from {_local(begins)}"
        if begins is not None and begins > time.time()
        else f" ({share:.0%} of clients)"
        if 0 < share < 1
        else ""
    )
    until = f" until {_local(override['expires'])}" if override["expires"] else ""
    number = f" {override['id']}:" if override.get("id") else ""
    why = override["why"] or "no reason given"
    return f"{override['word']}{number} {override['path']}{start}{until} by {override['author']}: {why}"


def _planned(override: dict[str, Any]) -> str:
    """Said before a word that has not begun yet."""
    return "planned " if (override.get("begins") or 0.0) > time.time() else ""


def _local(wall: float) -> str:
    return time.strftime("%F %T", time.localtime(wall))


def _cells(verdict: dict[str, Any] | None) -> tuple[Text, ...]:
    if verdict is None:
        return Text(), Text(), _coloured("up", "up"), Text(), Text()
    state = verdict["state"] + ("?" if verdict["suspect"] else "")
    up, down = verdict["votes"]
    votes = Text(f"{up}/{up + down}" if up + down else "")
    monitor, address = _plain(verdict["monitor"]), _plain(verdict["address"])
    return monitor, address, _coloured(state, verdict["state"]), Text(span(verdict["for"])), votes


def _why(verdict: dict[str, Any] | None) -> Text:
    return _plain(verdict["reason"] if verdict else "no monitor")


def _coloured(text: str, state: str) -> Text:
    return Text(text, COLOURS.get(state, ""))


def _plain(text: str) -> Text:
    """Text that is what it is: no markup, nothing that a terminal would obey."""
    return Text(printable(text))


def span(seconds: float) -> str:
    """A length of time in the two largest units."""
    for size, unit, smaller, name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "m"), (60, "m", 1, "s")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit} {int(seconds % size // smaller)}{name}"
    return f"{seconds:.0f}s"
