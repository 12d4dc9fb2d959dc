"""`gslb probe`: be a remote vantage, and tell the nodes what endpoints look like from here."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from contextlib import suppress
from urllib.parse import urlsplit

from gslb.cli import probing
from gslb.probe import Agent, SecretError, parse, read_token


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "probe",
        help="be a remote vantage; probe now ENDPOINT: one probe from each vantage",
        description="Probe what nodes ask for, and tell them.",
    )
    parser.add_argument("--name", help="the vantage's name, as the nodes' configuration has it")
    parser.add_argument("--token", metavar="file:PATH|env:NAME", help="where its token is kept")
    parser.add_argument("--node", action="append", metavar="URL", help="a node's admin listener; may repeat")
    parser.set_defaults(run=run)
    probing.add(parser.add_subparsers(metavar="now"))


def run(args: argparse.Namespace) -> int:
    """Probe until SIGTERM or Ctrl-C; 2 when what was given cannot be right."""
    if not (args.name and args.token and args.node):
        print("write --name, --token and --node, or: gslb probe now ENDPOINT", file=sys.stderr)
        return 2
    wrong = [node for node in args.node if not is_node(node)]
    for node in wrong:
        print(f"--node {node}: write the URL of a node's admin listener, as http://192.0.2.53:8053", file=sys.stderr)
    try:
        token = read_token(parse(args.token))
    except SecretError as error:
        print(f"--token {error}", file=sys.stderr)
        return 2
    if wrong:
        return 2
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    asyncio.run(_until_told(Agent(args.name, token, args.node)))
    return 0


def is_node(url: str) -> bool:
    """Whether it is the URL of a listener."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
    except ValueError:
        return False


async def _until_told(agent: Agent) -> None:
    """Run until the system or the terminal says that it is over."""
    running = asyncio.create_task(agent.run())
    loop = asyncio.get_running_loop()
    for word in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(word, running.cancel)
    with suppress(asyncio.CancelledError):
        await running
