"""The way in: the table of subcommands, and what all of them do with faults."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

from gslb.cli import check, init, show
from gslb.cli.files import read_text
from gslb.model import Faults

WRONG_INPUT = 2


class Command(Protocol):
    """A subcommand's module. It imports what is slow to load when it runs, so that `--help` is quick."""

    HELP: str

    def add(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


COMMANDS: Mapping[str, Command] = {
    "init": init,
    "check": check,
    "show": show,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; the exit status."""
    parser = argparse.ArgumentParser(prog="gslb", description="answers each DNS client with the endpoint it should use")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for name, command in COMMANDS.items():
        verb = verbs.add_parser(name, help=command.HELP, description=command.HELP)
        command.add(verb)
        verb.set_defaults(run=command.run)
    args = parser.parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except Faults as faults:
        from gslb.config import explain_faults

        print(explain_faults(faults.faults, read_text), file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:  # whoever reads has seen enough: `gslb show | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status
