"""`gslb lab`: three regions and two name servers on loopback; `gslb lab down|up REGION` loses and regains one."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from gslb.lab import FOLDER, command, run


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("lab", help="a small world to try it in")
    parser.add_argument("verb", nargs="?", choices=["run", "down", "up"], default="run")
    parser.add_argument("region", nargs="?", help="with down and up")
    parser.add_argument(
        "--folder", type=Path, default=Path(FOLDER), help=f"where the lab keeps its files (default: {FOLDER})"
    )
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    """Run the lab, or tell a running one to lose or regain a region."""
    folder = args.folder.absolute()
    if args.verb == "run":
        return asyncio.run(run(folder, lambda text: print(text, flush=True)))
    if not args.region:
        print(f"which region? gslb lab {args.verb} eu-west", file=sys.stderr)
        return 2
    done, said = asyncio.run(command(folder, args.verb, args.region))
    print(said, file=sys.stdout if done else sys.stderr)
    return 0 if done else 1
