"""`gslb failback NAME`: let a steered name go back to its best choice, at once or by and by."""

from __future__ import annotations

import argparse

from gslb.cli.orders import add_options, give, length


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("failback", help="let a steered name go back to its best choice now")
    parser.add_argument("name", help="a steered name: www, or www.example.com")
    parser.add_argument("--ramp", type=length, metavar="DURATION", help="by and by, over so long (15m)")
    parser.add_argument("--dry-run", action="store_true", help="only say what it would do")
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Release the latches of a name."""
    return give(args, "/v1/failback", {"name": args.name, "ramp": args.ramp})
