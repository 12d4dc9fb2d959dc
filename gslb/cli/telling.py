"""Who tells nodes something from afar - a vantage, a balancer: under which token, and to whom."""

from __future__ import annotations

import argparse
import logging
import sys
from urllib.parse import urlsplit

from gslb.probe import SecretError, parse, read_token


def add_nodes(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """The options that say it."""
    parser.add_argument("--token", required=required, metavar="file:PATH|env:NAME", help="where its token is kept")
    parser.add_argument(
        "--node", action="append", required=required, metavar="URL", help="a node's admin listener; may repeat"
    )


def admitted(args: argparse.Namespace) -> bytes | None:
    """The token, where everything given can be right; else what is wrong is told. Sets up what is logged meanwhile."""
    wrong = [node for node in args.node if not is_node(node)]
    for node in wrong:
        print(f"--node {node}: write the URL of a node's admin listener, as http://192.0.2.53:8053", file=sys.stderr)
    try:
        token = read_token(parse(args.token))
    except SecretError as error:
        print(f"--token {error}", file=sys.stderr)
        return None
    if wrong:
        return None
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    return token


def is_node(url: str) -> bool:
    """Whether it is the URL of a listener."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
    except ValueError:
        return False
