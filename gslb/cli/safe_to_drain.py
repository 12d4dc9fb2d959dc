"""`gslb safe-to-drain eu-west`: YES or NO, and who would carry what."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from gslb.cli.local import NodeError, add_state, printable
from gslb.cli.moments import MomentError, stamp
from gslb.cli.simulate import FINE, HURTS, UNKNOWN, UsageError, add_demand, of_node, question


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "safe-to-drain",
        help="whether a region could be taken out now, or at a time",
        description="Say YES or NO, and why. Exits with 0 for YES, 1 for NO, 2 if it cannot be told.",
    )
    parser.add_argument("path", help="a region, a pool or an endpoint")
    add_demand(parser)
    add_state(parser)
    parser.set_defaults(run=run, down=[], off=[])


def run(args: argparse.Namespace) -> int:
    """Print the verdict and its reason."""
    args.drain = [args.path]
    try:
        found = of_node(args, question(args))
    except (NodeError, MomentError, UsageError) as error:
        print(error, file=sys.stderr)
        return UNKNOWN
    if args.json:
        print(json.dumps({"safe": not found["troubles"], "reason": reason(found)} | found))
    else:
        print(printable(f"{'NO ' if found['troubles'] else 'YES'} {reason(found)}"))
        for note in found["notes"]:
            print(printable(f"    {note}"))
    return HURTS if found["troubles"] else FINE


def reason(found: dict[str, Any]) -> str:
    """Why, in one line."""
    if found["troubles"]:
        return f"{found['troubles'][0]} {found['demand']}"
    last, at = found["stale"]["honest"], found["at"]
    rules = "".join(f"; {rule['text']}" for rule in found["rules"])
    off = "" if last is None else f"; last client off {f'by {clock(at + last)}' if at else f'{last:.0f} s after'}"
    return f"{found['carriers'] or 'nobody is sent there'} {found['demand']}{rules}{off}"


def clock(moment: float) -> str:
    """A time of day, in the zone of this machine."""
    return stamp(moment).split()[1]
