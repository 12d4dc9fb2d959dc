"""`gslb availability [NAME]`: for how much of a day, a week and a month a name was answered from what is up."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from gslb.app import availability_told
from gslb.cli.local import add_state, folders, printable
from gslb.cli.status import span
from gslb.store import StoreError

WINDOWS = ("day", "week", "month")


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("availability", help="how much of the time names were answered from what is up")
    parser.add_argument("name", nargs="?", help="a steered name, whole or its beginning: www (default: all)")
    parser.add_argument("--json", action="store_true", help="as data")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read the state directory and print; 1 where it cannot be read, or knows no such name."""
    try:
        found = availability_told(folders(args), time.time())
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    if args.name is not None:
        found = [one for one in found if meant(args.name, one["name"])]
        if not found:
            print(f"nothing is known of {args.name}: no steered name of this node begins so", file=sys.stderr)
            return 1
    print(json.dumps(found) if args.json else shown(found))
    return 0


def meant(text: str, name: str) -> bool:
    """Whether a name is the one that is written, whole or its first labels."""
    return f"{name.rstrip('.')}.".startswith(f"{text.rstrip('.')}.")


def shown(found: list[dict[str, Any]]) -> str:
    """A line a name, and one for each window in which something was missing."""
    if not found:
        return "nothing is known yet"
    width = max(len(one["name"]) for one in found) + 1
    lines = [f"{'name':<{width}}" + "".join(f"{window:>12}" for window in WINDOWS)]
    for one in found:
        lines.append(
            f"{one['name'].rstrip('.'):<{width}}" + "".join(_share(one["windows"].get(each)) for each in WINDOWS)
        )
        lines += [f"  {window}: {said}" for window in WINDOWS if (said := _missing(one["windows"].get(window)))]
    return "\n".join(map(printable, lines))


def _share(window: dict[str, Any] | None) -> str:
    if window is None:
        return f"{'-':>12}"
    return f"{int(window['healthy'] * 100_000) / 1_000:>10.3f} %"  # rounded down: 100 % means all of it


def _missing(window: dict[str, Any] | None) -> str:
    seconds = (window or {"seconds": {}})["seconds"].items()
    said = [f"{standing} {span(spent)}" for standing, spent in seconds if standing != "healthy" and spent > 0]
    return ", ".join(said) + (f" of {span(window['known'])} known" if window and said else "")
