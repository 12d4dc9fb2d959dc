"""gslb show: what a configuration says of one thing, or of all, and where it says so."""

from __future__ import annotations

import argparse

from gslb.cli.files import find, read_text


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("show", help="print what is written, or in effect, for PATH, and the line it comes from")
    parser.add_argument("path", nargs="?", default="", help="a pool, endpoint, monitor, region, zone or steered name")
    parser.add_argument("--full", action="store_true", help="every effective value, defaults too")
    parser.add_argument("--config", default="gslb.yaml", metavar="FILE", help="the configuration (gslb.yaml)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print it; 2 and the faults where the configuration has some, or nothing has that name."""
    from gslb.config import full, load_source

    print(full(load_source(args.config, read_text, find), args.path, written_only=not args.full))
    return 0
