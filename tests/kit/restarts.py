"""How soon a node that was started says something, and whether it is right."""

import socket
import time

from kit.packets import query
from kit.processes import Node


def first_answer(node: Node, name: str) -> tuple[float, bytes]:
    """Launch the node, and say after how many seconds the first answer came, and what it was."""
    packet = query(name)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect((node.address, node.port))
        asking.settimeout(0.005)
        began = time.monotonic()
        node.launch()
        while True:
            assert node.status is None, node.log
            assert time.monotonic() < began + 30, node.log
            try:
                asking.send(packet)
                reply = asking.recv(4096)
            except (ConnectionRefusedError, TimeoutError):
                continue
            return time.monotonic() - began, reply


def ends_with(reply: bytes, address: str) -> bool:
    """Whether the one answer of a reply, and its last record, is this address."""
    return reply[6:12] == bytes((0, 1, 0, 0, 0, 0)) and reply[-4:] == socket.inet_aton(address)
