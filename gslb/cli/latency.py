"""`gslb latency`: what is known of round trips; `import FILE` and `export` them as CSV, `forget` them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from gslb.cli.files import read_text
from gslb.cli.local import NodeError, add_state, ask, folders
from gslb.geo import read_samples
from gslb.model import Fault, Faults


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("latency", help="measured round trips: what is known, import and export")
    parser.add_argument("--json", action="store_true", help="as data")
    parser.set_defaults(run=show)
    add_state(parser)
    whats = parser.add_subparsers(metavar="WHAT")
    reading = whats.add_parser("import", help="learn from a CSV: client,region,milliseconds[,count][,time][,source]")
    reading.add_argument("file", help="the CSV")
    add_state(reading)
    reading.set_defaults(run=take, state=argparse.SUPPRESS)
    writing = whats.add_parser("export", help="print medians and counts of each prefix as CSV")
    add_state(writing)
    writing.set_defaults(run=export, state=argparse.SUPPRESS)
    forgetting = whats.add_parser("forget", help="know nothing any more, and steer as before")
    add_state(forgetting)
    forgetting.set_defaults(run=forget, state=argparse.SUPPRESS)


def show(args: argparse.Namespace) -> int:
    """How much is known, and how fresh; 1 when the node does not answer."""
    found = _asked(args, "GET", "/v1/latency")
    if found is not None:
        print(json.dumps(found) if args.json else shown(found))
    return 0 if found is not None else 1


def shown(found: dict[str, Any]) -> str:
    """The same as lines for a person."""
    samples = ", ".join(f"{count:,} by {source}s" for source, count in sorted(found["samples"].items()))
    age = "" if found["age"] is None else f", the newest {found['age']:.0f} s old"
    return "\n".join(
        (
            f"samples since the start: {samples or 'none'}{age}",
            f"{found['prefixes']:,} client prefixes, {found['rows']:,} round trips published",
        )
    )


def take(args: argparse.Namespace) -> int:
    """Send a file's samples, all or none; raises Faults with everything wrong in it."""
    try:
        text = read_text(args.file)
    except (OSError, UnicodeDecodeError) as error:
        raise Faults(Fault(f"cannot read {args.file}: {error}")) from error
    samples = [
        [one.region, str(one.prefix), one.milliseconds, one.source.value, one.at, one.weight]
        for one in read_samples(text, args.file, time.time())
    ]
    found = _asked(args, "POST", "/v1/latency/import", samples)
    if found is None:
        return 1
    old = f"; {found['old']:,} were too old to say anything" if found["old"] else ""
    print(f"learned from {found['taken']:,} rows{old}")
    return 0


def export(args: argparse.Namespace) -> int:
    """Print what is known of prefixes; 1 when the node does not answer."""
    found = _asked(args, "GET", "/v1/latency/export")
    if found is not None:
        sys.stdout.write(found["csv"])
    return 0 if found is not None else 1


def forget(args: argparse.Namespace) -> int:
    """Let the node begin anew; 1 when it does not answer."""
    found = _asked(args, "POST", "/v1/latency/forget")
    if found is not None:
        print(f"{found['forgotten']:,} client prefixes forgotten; answers follow with the next publication")
    return 0 if found is not None else 1


def _asked(args: argparse.Namespace, method: str, target: str, body: object = None) -> Any:
    """The node's answer, None where it said no or nothing; then that is told."""
    path: Path = folders(args).control_socket
    try:
        return ask(path, method, target, body, timeout=60.0)
    except NodeError as error:
        print(error, file=sys.stderr)
        return None
