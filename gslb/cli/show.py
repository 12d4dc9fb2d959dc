"""gslb show: what a configuration says of one thing, or of all, and where it says so."""

from __future__ import annotations

import argparse

from gslb.cli.files import find, read_text

HELP = "print what is written for PATH; with --full every effective value and the line it comes from"


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default="", help="a pool, endpoint, monitor, region, zone or steered name")
    parser.add_argument("--full", action="store_true", help="defaults too")
    parser.add_argument("--config", default="gslb.yaml", metavar="FILE", help="the configuration (gslb.yaml)")


def run(args: argparse.Namespace) -> int:
    from gslb.config import full, load_source

    print(full(load_source(args.config, read_text, find), args.path, written_only=not args.full))
    return 0
