"""Talking to a running node over its Unix sockets."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
from pathlib import Path
from typing import Any

from gslb.app import Folders, state_folder


class NodeError(Exception):
    """The node is not there, or said no; the text says which and why."""


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("node", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def add_state(parser: argparse.ArgumentParser) -> None:
    """The option that says which node is meant."""
    parser.add_argument(
        "--state", type=Path, help="the node's state directory (default: $GSLB_STATE, else the usual place)"
    )


def folders(args: argparse.Namespace) -> Folders:
    """The state directory that is meant."""
    return Folders(args.state or state_folder(os.environ.get("GSLB_STATE"), os.environ))


def ask(path: Path, method: str, target: str, body: object = None, timeout: float = 10.0) -> Any:
    """The node's answer as plain data. NodeError with what it said, or that it is not there."""
    connection = _Unix(path, timeout)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, target, data, {"Content-Type": "application/json"} if data else {})
        response = connection.getresponse()
        said = json.loads(response.read() or b"{}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        hint = "is `gslb serve` running, and is this its state directory (--state)?"
        raise NodeError(f"no answer at {path}: {error}; {hint}") from error
    finally:
        connection.close()
    if response.status >= 400:
        raise NodeError(said.get("error") or f"the node said {response.status}")
    return said


def printable(text: str) -> str:
    """What somebody else wrote, with escapes for all that a terminal would obey."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
