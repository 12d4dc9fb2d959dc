"""The gslb command: one file a subcommand, each with `HELP`, `add(parser)` and `run(args)`, which returns the exit status.

gslb VERB [PATH] [--flags]        0: done    1: it could not be done    2: the input is wrong, with every fault
"""

from gslb.cli.main import main

__all__ = ["main"]
