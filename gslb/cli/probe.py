"""`gslb probe`: be a remote vantage, and tell the nodes what endpoints look like from here."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress

from gslb.cli import probing
from gslb.cli.telling import add_nodes, admitted
from gslb.probe import Agent


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "probe",
        help="be a remote vantage; probe now ENDPOINT: one probe from each vantage",
        description="Probe what nodes ask for, and tell them.",
    )
    parser.add_argument("--name", help="the vantage's name, as the nodes' configuration has it")
    add_nodes(parser, required=False)
    parser.set_defaults(run=run)
    probing.add(parser.add_subparsers(metavar="now"))


def run(args: argparse.Namespace) -> int:
    """Probe until SIGTERM or Ctrl-C; 2 when what was given cannot be right."""
    if not (args.name and args.token and args.node):
        print("write --name, --token and --node, or: gslb probe now ENDPOINT", file=sys.stderr)
        return 2
    token = admitted(args)
    if token is None:
        return 2
    asyncio.run(_until_told(Agent(args.name, token, args.node)))
    return 0


async def _until_told(agent: Agent) -> None:
    """Run until the system or the terminal says that it is over."""
    running = asyncio.create_task(agent.run())
    loop = asyncio.get_running_loop()
    for word in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(word, running.cancel)
    with suppress(asyncio.CancelledError):
        await running
