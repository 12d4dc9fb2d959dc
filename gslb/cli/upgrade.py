"""`gslb upgrade`: the running node goes on as the program that is on disk now, and loses nothing on the way."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time

from gslb.app import Holder, holder
from gslb.cli.local import add_state, folders

LOOK = 0.05  # seconds between looks at what came of it
WITHIN = 660.0  # seconds: a rehearsal builds everything anew


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("upgrade", help="let the running node become the program that is installed now")
    parser.add_argument(
        "--within", type=float, default=WITHIN, metavar="SECONDS", help="wait at most so long for the outcome"
    )
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask for it, wait, and print what came of it; 1 when the node goes on as it was."""
    where = folders(args)
    before = holder(where)
    if before is None:
        print(f"no node runs in {where.state}; say which is meant with --state", file=sys.stderr)
        return 1
    try:
        os.kill(before.pid, signal.SIGUSR2)
    except PermissionError:
        print(f"the node is process {before.pid}, which this user may not signal: ask as root", file=sys.stderr)
        return 1
    until = time.monotonic() + args.within
    found: Holder | None = before
    while found is not None and found.upgrades == before.upgrades:
        if time.monotonic() > until:
            print(f"nothing came of it within {args.within:g} s; the journal tells more", file=sys.stderr)
            return 1
        time.sleep(LOOK)
        found = holder(where)
    if found is None:
        print("the node has ended; the journal tells why", file=sys.stderr)
        return 1
    print(found.words, file=sys.stdout if found.upgraded else sys.stderr)
    return 0 if found.upgraded else 1
