"""The way in: the table of subcommands, and what becomes of faults."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from gslb.cli.files import read_text
from gslb.model import Faults

WRONG_INPUT = 2

VERBS: Mapping[str, str] = {
    "init": "init",
    "check": "check",
    "show": "show",
    "serve": "serve",
    "upgrade": "upgrade",
    "status": "status",
    "top": "top",
    "explain": "explain",
    "ttl": "ttl",
    "incidents": "incidents",
    "log": "log",
    "availability": "availability",
    "up": "words",
    "drain": "words",
    "off": "words",
    "auto": "words",
    "undrain": "words",
    "cancel": "words",
    "control": "control",
    "failback": "failback",
    "watch": "watch",
    "audit": "audit",
    "simulate": "simulate",
    "safe-to-drain": "safe_to_drain",
    "probe": "probe",
    "report": "report",
    "latency": "latency",
    "lab": "lab",
}
"""Each subcommand and its module, which is loaded only when it is asked for: `gslb init` waits for no event loop."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; the exit status."""
    words = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="gslb", description="answers each DNS client with the endpoint it should use")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    wanted = [VERBS[words[0]]] if words and words[0] in VERBS else dict.fromkeys(VERBS.values())
    for module in wanted:
        import_module(f"gslb.cli.{module}").add(verbs)
    args = parser.parse_args(words)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except Faults as faults:
        from gslb.config import explain_faults

        print(explain_faults(faults, read_text), file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:  # whoever reads has seen enough: `gslb show | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status
