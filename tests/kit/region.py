"""A region's backends as one process that can be killed, frozen and started again: `python region.py PORT ADDRESS…`."""

from __future__ import annotations

import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"


class Region:
    """Says 200 to everybody on a port of some addresses, while it is up."""

    def __init__(self, port: int, *addresses: str) -> None:
        self.port, self.addresses = port, addresses
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Up: returns when it listens."""
        from gslb.server import child_preexec  # not needed by the backends themselves, which start sooner without

        command = [sys.executable, "-I", __file__, str(self.port), *self.addresses]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=child_preexec)  # noqa: PLW1509 - one prctl
        assert self._process.stdout is not None
        with self._process.stdout as said:
            assert said.readline() == b"listening\n", f"backends on {self.addresses}, port {self.port} do not start"

    def stop(self) -> None:
        """Down without a goodbye: connections are refused from now on."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Connections are taken and nothing is ever said, as on a machine that hangs."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def regions(*wanted: Region) -> Iterator[None]:
    """All of them up; at the end none is left."""
    try:
        for region in wanted:
            region.start()
        yield
    finally:
        for region in wanted:
            region.stop()


def _serve(port: int, addresses: list[str]) -> None:
    selector = selectors.DefaultSelector()
    for address in addresses:
        listening = socket.create_server((address, port), backlog=128)
        selector.register(listening, selectors.EVENT_READ)
    print("listening", flush=True)
    while True:
        for key, _ in selector.select():
            connection, _ = key.fileobj.accept()  # type: ignore[union-attr]  # they are all sockets
            with connection, suppress(OSError):
                connection.settimeout(1)
                if connection.recv(4096):
                    connection.sendall(REPLY)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2:])
