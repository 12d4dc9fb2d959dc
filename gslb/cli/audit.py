"""`gslb audit`: the last orders, who gave them, what they changed, and what was refused or forced."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from gslb.cli.appointments import shown
from gslb.cli.local import NodeError, add_state, ask, folders, printable


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("audit", help="the last orders: who, what, why, refused or forced")
    parser.add_argument("--last", type=int, default=20, metavar="N", help="so many (20)")
    parser.add_argument("--json", action="store_true", help="as data")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print them, oldest first; 1 when the node does not answer."""
    try:
        found = ask(folders(args).judge_socket, "GET", f"/v1/audit?last={args.last}")
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(found))
        return 0
    for row in found:
        print("\n".join(map(printable, lines(row))))
    return 0


def lines(row: Mapping[str, Any]) -> Iterable[str]:
    """One order: a line of who, what and why, and one each for what it changed, broke, or why it was refused."""
    verdict = "REFUSED  " if row["refused"] else "FORCED  " if row["forced"] else ""
    why = f"  ({row['why']})" if row["why"] else ""
    yield f"{shown(row['at'])}  {row['author']}  {verdict}{row['order']}{why}"
    for path, after in row["after"].items():
        yield f"    {path}: {row['before'].get(path, 'auto')} -> {after}"
    for text in (*row["forced"], *row["refused"].splitlines()):
        yield f"    {text}"
