"""Orders to a node: said first what they would do, carried out when the operator says so, told as sentences."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, tzinfo
from typing import Any

from gslb.cli.appointments import shown, shown_end
from gslb.cli.local import NodeError, add_state, ask, folders, printable
from gslb.config import Wrong, duration, duration_text

REFUSED = 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """What every order takes."""
    parser.add_argument("--why", default="", help="the reason, for those who look later")
    parser.add_argument("--force", action="store_true", help="even against a safety rule or a freeze; it is recorded")
    parser.add_argument("--yes", action="store_true", help="do not ask first")
    add_state(parser)


def length(text: str) -> float:
    """A duration as an option has it, in seconds."""
    try:
        return duration(text)
    except Wrong as wrong:
        raise argparse.ArgumentTypeError(f"{wrong}; {wrong.hint}" if wrong.hint else str(wrong)) from wrong


def give(args: argparse.Namespace, target: str, body: Mapping[str, object], zone: tzinfo = UTC) -> int:
    """Give an order, on a terminal after it was shown and confirmed; the exit status."""
    socket = folders(args).judge_socket
    whole = {**body, "why": args.why, "force": args.force}
    dry = getattr(args, "dry_run", False)
    try:
        shown_first = dry or (not args.yes and sys.stdin.isatty())
        before: list[str] = []
        if shown_first:
            before = [*told(ask(socket, "POST", target, whole | {"trial": True}), zone)]
            print("\n".join(before))
            if dry:
                print("nothing is changed")
                return 0
            if input("proceed? ").strip().lower() not in ("y", "yes"):
                print("nothing is changed")
                return REFUSED
        after = [*told(ask(socket, "POST", target, whole), zone)]
        print("done" if after == before else "\n".join(after))
    except NodeError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except (EOFError, KeyboardInterrupt):
        print("nothing is changed", file=sys.stderr)
        return REFUSED
    return 0


def told(said: Mapping[str, Any], zone: tzinfo = UTC) -> Iterable[str]:
    """What became of an order, a line each."""
    words = said.get("words") or ()
    yield from (sentence(word, zone) for word in words)
    if not words:
        yield printable(said["done"])
    yield from (f"note: {printable(line)}" for line in said.get("warnings") or ())


def sentence(word: Mapping[str, Any], zone: tzinfo = UTC) -> str:
    """A word or a plan: "drain d-17: eu-west, 2026-12-03 04:00 CET (03:00Z) .. 06:00, ramp 10m, returns by itself"."""
    begins, expires = word["begins"], word["expires"]
    planned = begins is not None and begins > word["now"]
    start = begins if planned else word["now"]
    parts = [shown(begins, zone) if planned else "from now on"]
    if expires is not None:
        parts[0] += f" .. {shown_end(expires, start, zone)}"
    if word["ramp"]:
        parts.append(f"ramp {duration_text(round(word['ramp']))}")
    returning = expires is not None and expires <= word["now"]
    if returning:
        parts = [f"returns over {duration_text(round(word['back']))}"]
    else:
        parts.append("until undone" if expires is None else "returns by itself")
    head = f"{word['word']} {word['id']}: {printable(word['path'])}"
    return f"{head}, {', '.join(parts)} [undo: gslb cancel {word['id']}]"
