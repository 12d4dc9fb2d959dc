"""`gslb probe now ENDPOINT`: one probe of an endpoint from each vantage that watches it, printed."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import groupby
from typing import Any

from gslb.cli.local import NodeError, add_state, ask, folders, printable
from gslb.cli.status import span

PATIENCE = 600.0  # seconds; the node answers sooner, once the longest timeout is over
STATES = {True: "up", False: "down", None: "?"}
COUNTED = "these probes are not counted; verdicts follow the timetable"


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "now",
        help="one probe from each vantage",
        description="Probe an endpoint now, from each vantage that watches it.",
    )
    parser.add_argument("endpoint", help="an endpoint: web/eu-west")
    parser.add_argument("--json", action="store_true", help="as data")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what each vantage found; 1 when one of them found it bad, or nothing could be asked."""
    try:
        found = ask(folders(args).judge_socket, "POST", "/v1/probe", {"endpoint": args.endpoint}, PATIENCE)
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(found) if args.json else text(found))
    return int(any(one["ok"] is False for one in found["found"]))


def text(told: dict[str, Any]) -> str:
    """What was found as a person reads it: each check with what is believed of it, and a line a vantage."""
    lines = []
    believed = {(one["monitor"], one["address"]): one for one in told["believed"]}
    wide = max(len(one["vantage"]) for one in told["found"])
    for (monitor, address), found in groupby(told["found"], key=lambda one: (one["monitor"], one["address"])):
        ready = list(found)
        port = f" port {ready[0]['port']}" if ready[0]["port"] else ""
        lines.append(f"{told['endpoint']}  {monitor}  {address}{port}  {_belief(believed.get((monitor, address)))}")
        for one in ready:
            took = _took(one["took"]) if one["ok"] is not None else ""
            lines.append(f"  {one['vantage']:<{wide}}  {STATES[one['ok']]:<4}  {took:>7}  {one['reason']}")
    return "\n".join(map(printable, [*lines, COUNTED]))


def _belief(verdict: dict[str, Any] | None) -> str:
    if verdict is None:
        return "not judged"
    up, down = verdict["votes"]
    return f"believed {verdict['state']} for {span(verdict['for'])}, {up}/{up + down} vantages"


def _took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.0f} ms"
