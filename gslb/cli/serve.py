"""`gslb serve`: run a node from a configuration, or serve zones from master files without one."""

from __future__ import annotations

import argparse
import sys

from gslb.app import Spec, serve
from gslb.cli.files import read_text
from gslb.config import explain_faults
from gslb.engine import Engine, NotCompiledError
from gslb.model import Faults


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("serve", help="answer DNS")
    parser.add_argument("config", nargs="?", help="the configuration (gslb init writes one to start from)")
    parser.add_argument(
        "--zone", action="append", default=[], metavar="NAME=FILE", help="serve a master file; may repeat"
    )
    parser.add_argument("--listen", action="append", default=[], metavar="ADDRESS:PORT", help="with --zone; may repeat")
    parser.add_argument(
        "--engine", choices=[*Engine], default=Engine.AUTO, help="what answers: %(choices)s (default: auto)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until ended; 2 and the faults on standard error when the input is wrong."""
    if bool(args.config) == bool(args.zone):
        print("give a configuration file, or --zone NAME=FILE and --listen ADDRESS:PORT", file=sys.stderr)
        return 2
    if args.config and args.listen:
        print("--listen goes with --zone; a configuration says `listen:` itself", file=sys.stderr)
        return 2
    zones = tuple((name, path) for name, _, path in (text.partition("=") for text in args.zone))
    if not all(name and path for name, path in zones):
        print("write --zone example.com=path/to/file", file=sys.stderr)
        return 2
    spec = Spec(args.config, zones, tuple(args.listen or (["127.0.0.1:53"] if args.zone else [])), Engine(args.engine))
    try:
        return serve(spec, lambda text: print(text, file=sys.stderr))
    except NotCompiledError as error:
        print(f"--engine compiled: {error}", file=sys.stderr)
        return 2
    except Faults as faults:
        print(explain_faults(faults.faults, read_text), file=sys.stderr)
        return 2
