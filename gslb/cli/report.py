"""`gslb report`: tell the nodes how a balancer is, one line of JSON after the other."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from contextlib import suppress

from gslb.cli.telling import add_nodes, admitted
from gslb.probe import Figures, Teller, WireError, figures_in

STALE = 5.0  # seconds after which the last line is no longer what the balancer says of itself


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "report",
        help="tell nodes how a balancer is",
        description='Read figures from standard input, a line of JSON each - {"up": 3, "total": 4} and more - '
        "and report the latest once a second. Ends with its input.",
    )
    parser.add_argument("--name", required=True, help="the balancer and where it stands: edge/eu-west")
    add_nodes(parser, required=True)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Report until the input ends, SIGTERM or Ctrl-C; 2 when what was given cannot be right."""
    token = admitted(args)
    if token is None:
        return 2
    asyncio.run(_until_the_end(Teller(args.name, token, args.node)))
    return 0


class Latest:
    """The last good line read, while it is fresh."""

    def __init__(self) -> None:
        self._said: tuple[float, Figures] | None = None

    async def follow(self, lines: asyncio.StreamReader) -> None:
        """Until the end of the input; lines that are no report are told and passed over."""
        loop = asyncio.get_running_loop()
        number = 0
        async for line in lines:
            number += 1
            try:
                self._said = loop.time(), figures_in(line)
            except WireError as fault:
                logging.getLogger(__name__).warning("line %d: %s", number, fault)

    def __call__(self) -> Figures | None:
        if self._said is None or asyncio.get_running_loop().time() > self._said[0] + STALE:
            return None
        return self._said[1]


async def _until_the_end(teller: Teller) -> None:
    """Report until there is no more input, or the system or the terminal says that it is over."""
    loop, latest = asyncio.get_running_loop(), Latest()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    reading = asyncio.create_task(latest.follow(lines))
    telling = asyncio.create_task(teller.run(latest))
    for word in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(word, reading.cancel)
    with suppress(asyncio.CancelledError):
        await asyncio.wait((reading, telling), return_when=asyncio.FIRST_COMPLETED)
        await reading
    telling.cancel()
    with suppress(asyncio.CancelledError):
        await telling
