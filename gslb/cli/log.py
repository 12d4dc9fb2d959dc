"""`gslb log`: which queries were answered what, and by what path; a sample of them."""

from __future__ import annotations

import argparse
import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from gslb.app import read_lines
from gslb.cli.availability import meant
from gslb.cli.local import add_state, folders, printable


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("log", help="sampled queries, with what they were answered and why")
    parser.add_argument("name", nargs="?", help="a steered name, whole or its first labels (default: all)")
    parser.add_argument("--last", type=int, default=20, metavar="N", help="so many of the newest (default: 20; 0: all)")
    parser.add_argument("--json", action="store_true", help="as lines of JSON, for jq")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read the state directory and print."""
    found = _wanted(read_lines(folders(args).decisions), args.name)
    for line, one in deque(found, args.last) if args.last > 0 else found:
        print(line if args.json else shown(one))
    return 0


def _wanted(lines: Iterator[str], name: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in lines:
        try:
            one = json.loads(line)
        except ValueError:  # torn by a full disk
            continue
        if name is None or meant(name, one["name"]):
            yield line, one


def shown(one: dict[str, Any]) -> str:
    """One line for a person."""
    where = " ".join([one["country"] or "somewhere", *([f"AS{one['asn']}"] if one["asn"] else [])])
    if one["certain"]:
        said = f"{' '.join(one['answer']) or 'nothing'}  TTL {one['ttl']}" if one["ttl"] is not None else "nothing"
    elif len(one["ways"]) == 1:
        said = f"probably {' '.join(one['ways'][0]['endpoints']) or 'nothing'}"
    else:
        said = "one of " + ", ".join(
            f"{' '.join(way['endpoints']) or 'nothing'} {way['share']:.0%}" for way in one["ways"]
        )
    path = " > ".join(one["ways"][0]["path"]) if len(one["ways"]) == 1 else ""
    opened = f"  last resort: {one['ways'][0]['opened']}" if len(one["ways"]) == 1 and one["ways"][0]["opened"] else ""
    text = f"{one['at']}  {one['name'].rstrip('.')} {one['type']}  {one['client']} {where}  {path}  -> {said}{opened}"
    return printable(f"{text}  (generation {one['generation']})")
