"""Loopback addresses and ports that no other test process uses at the same time."""

import os
import socket
from contextlib import suppress
from itertools import count

_numbers = count(1)
_OWN = f"127.{100 + os.getpid() // 256 % 100}.{os.getpid() % 256}"  # pids of processes alive differ, so do these


def own_address() -> str:
    """An address of 127.0.0.0/8 that this process has not given out yet."""
    number = next(_numbers)
    if number > 254:
        raise RuntimeError("this process has used up its loopback addresses")
    return f"{_OWN}.{number}"


def free_port(host: str = "127.0.0.1") -> int:
    """A port that is free at `host` for UDP and TCP at this moment."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        with socket.socket(family, socket.SOCK_DGRAM) as udp, socket.socket(family) as tcp:
            udp.bind((host, 0))
            with suppress(OSError):
                tcp.bind((host, udp.getsockname()[1]))
                return int(udp.getsockname()[1])
