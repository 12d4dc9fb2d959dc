"""`gslb control`: routing controls listed; `gslb control NAME on|off` or `A=off B=on`: switched, all or none."""

from __future__ import annotations

import argparse
import sys

from gslb.cli.appointments import shown
from gslb.cli.local import NodeError, ask, folders, printable
from gslb.cli.orders import REFUSED, add_options, give

STATES = ("on", "off")


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("control", help="routing controls: list them, or switch some, all or none")
    parser.add_argument("switches", nargs="*", metavar="NAME on|off", help="or NAME=on NAME=off …; nothing: list them")
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List, or switch."""
    if not args.switches:
        return listed(args)
    switches = _switches(args.switches)
    if switches is None:
        print("write NAME on, NAME off, or NAME=on NAME=off for several at once", file=sys.stderr)
        return REFUSED
    return give(args, "/v1/control", {"controls": switches})


def listed(args: argparse.Namespace) -> int:
    """Every control and where it stands."""
    try:
        found = ask(folders(args).judge_socket, "GET", "/v1/controls")
    except NodeError as error:
        print(error, file=sys.stderr)
        return REFUSED
    width = max((len(one["name"]) for one in found), default=0)
    for one in found:
        since = f"  since {shown(one['at'])} by {one['author']}: {one['why'] or 'no reason given'}" if one["at"] else ""
        note = f"  {one['note']}" if one["note"] else ""
        print(printable(f"{one['name']:{width}}  {'on' if one['on'] else 'OFF':3}{since}{note}").rstrip())
    if not found:
        print("there are no routing controls; write routing_controls: {eu-west: {}}")
    return 0


def _switches(written: list[str]) -> dict[str, str] | None:
    if len(written) == 2 and written[1] in STATES and "=" not in written[0]:
        return {written[0]: written[1]}
    pairs = [one.partition("=") for one in written]
    if all(name and state in STATES for name, _, state in pairs):
        return {name: state for name, _, state in pairs}
    return None
