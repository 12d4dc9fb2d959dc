"""The standard library's way needs nothing that only Linux has."""

import ast
import socket
from pathlib import Path

import gslb.engine.plain as module
from gslb.engine import Plain
from gslb.engine.exchange import slot_memory


def test_it_imports_no_ctypes():
    tree = ast.parse(Path(module.__file__).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    assert "ctypes" not in imported


def test_a_socket_that_fails_has_nothing_to_read():
    with socket.socket(type=socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        exchange = Plain(listening, slot_memory())
    assert exchange.receive() == []
