"""A server that never ends what it says, and how much of that its callers' kernels took (tcp_info(7))."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

ACKED = 120  # where tcpi_bytes_acked stands in struct tcp_info


@dataclass
class Taken:
    """`most`: octets that one caller took at most."""

    port: int
    most: int = 0
    calls: int = 0


@contextmanager
def babbler(head: bytes, again: bytes, tls: ssl.SSLContext | None = None) -> Iterator[Taken]:
    """Says `head`, and `again` for as long as its caller stays."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        told = Taken(listening.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    raw, _ = listening.accept()
                except OSError:
                    return
                raw.settimeout(2)
                with raw.dup() as same, suppress(OSError):
                    caller = tls.wrap_socket(raw, server_side=True) if tls else raw
                    try:
                        with caller:
                            caller.sendall(head)
                            while True:
                                caller.sendall(again)
                    finally:
                        (acked,) = struct.unpack_from(
                            "Q", same.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192), ACKED
                        )
                        told.most, told.calls = max(told.most, acked), told.calls + 1

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield told
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
