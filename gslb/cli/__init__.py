"""The gslb command: one file a subcommand, each with `add(verbs)` and what runs it, which returns the exit status.

gslb VERB [PATH] [--flags]        0: done    1: it could not be done    2: the input is wrong, and every fault is told
"""

from gslb.cli.main import main

__all__ = ["main"]
