"""A node of ours seen from outside: words on its socket, and the first changed answer on the wire."""

import http.client
import json
import socket
import time
from enum import Enum
from pathlib import Path

import dns.message

from gslb.app import Folders

PAUSE = 0.0003  # seconds between questions of a watch: it takes no core from those who work on the change


class Word(Enum):
    OFF = "off"
    AUTO = "auto"


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("node", timeout=10)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def tell(folder: Path, word: Word, path: str) -> None:
    """Put or take back a word, as `gslb off` and `gslb auto` do; returns when it is published."""
    target = "/v1/clear"
    said: dict[str, object] = {"path": path, "why": "benchmark"}
    if word is Word.OFF:
        target = "/v1/override"
        said |= {"word": "off", "for": None, "force": True}
    connection = UnixConnection(judge_socket(folder))
    try:
        connection.request("POST", target, json.dumps(said), {"Content-Type": "application/json"})
        response = connection.getresponse()
        told = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{word.value} {path}: {told.decode()}")
    finally:
        connection.close()


def judge_socket(folder: Path) -> Path:
    """Where the judge of the node in this folder listens."""
    return Folders(folder / "state").judge_socket


class Watch:
    """Asks one question again and again, and sees when the answer changes."""

    def __init__(self, port: int, question: dns.message.Message) -> None:
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._socket.settimeout(1.0)
        self._wire = question.to_wire()

    def answer(self) -> bytes:
        """The address of the only answer (its last four octets, before OPT), as it is now."""
        while True:
            self._socket.send(self._wire)
            try:
                told = self._socket.recv(4096)
            except TimeoutError:
                continue
            (rrset,) = dns.message.from_wire(told).answer
            return socket.inet_aton(rrset[0].to_text())

    def until_changed(self, old: bytes, within: float) -> float:
        """When, by the monotonic clock, an answer came first that does not name `old`. RuntimeError after `within`."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            time.sleep(PAUSE)
            self._socket.send(self._wire)
            try:
                told = self._socket.recv(4096)
            except TimeoutError:
                continue
            if old not in told:
                return time.monotonic()
        raise RuntimeError(f"no changed answer within {within:g} s")

    def close(self) -> None:
        self._socket.close()
