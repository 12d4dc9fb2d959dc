"""Places with a network of their own, joined by a switch whose cables can be pulled: Linux network namespaces.

eu ──┐           each place: a namespace with 10.77.0.N on eth0, and a loopback of its own
us ──┼── switch  (a bridge, in a namespace too)
ns1 ─┘           cut: its port forwards nothing more; nobody is told
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

NEWNET = 0x40000000  # CLONE_NEWNET
FORWARDS, FORWARDS_NOTHING = "3", "0"  # states of a bridge's port
_libc = ctypes.CDLL(None, use_errno=True)


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr.strip()} (namespaces are made by root)"


class Network:
    """A switch and the places at it, gone with the `with` block."""

    def __init__(self, *places: str) -> None:
        self._prefix = f"gslb{os.getpid()}"
        self.addresses = {place: f"10.77.0.{number}" for number, place in enumerate(places, 1)}
        self._made: list[str] = []

    def __enter__(self) -> Self:
        try:
            self._make("switch")
            self._ip("switch", "link", "add", "br0", "type", "bridge")
            self._ip("switch", "link", "set", "br0", "up")
            for place, address in self.addresses.items():
                self._make(place)
                port, there = self._port(place), self._named(place)
                self._ip("switch", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", there)
                self._ip("switch", "link", "set", port, "master", "br0", "up")
                self._ip(place, "addr", "add", f"{address}/24", "dev", "eth0")
                self._ip(place, "link", "set", "eth0", "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in self._made:
            _run("ip", "netns", "del", name)
        self._made = []

    @contextmanager
    def at(self, place: str) -> Iterator[str]:
        """Be there: sockets that this thread makes, and processes that it starts, are of that place. Its address."""
        here = os.open("/proc/self/ns/net", os.O_RDONLY)
        try:
            _enter(Path("/run/netns") / self._named(place))
            try:
                yield self.addresses[place]
            finally:
                assert _libc.setns(here, NEWNET) == 0, os.strerror(ctypes.get_errno())
        finally:
            os.close(here)

    def cut(self, place: str) -> None:
        """Pull its cable: what it sends, and what is sent to it, is lost without a word."""
        self._state(place, FORWARDS_NOTHING)

    def join(self, place: str) -> None:
        """Put the cable back."""
        self._state(place, FORWARDS)

    def hide(self, place: str, *others: str) -> None:
        """Let a place not reach some others any more; the rest it does."""
        for other in others:
            self._ip(place, "route", "add", "blackhole", self.addresses[other])

    def show(self, place: str, *others: str) -> None:
        """Let it reach them again."""
        for other in others:
            self._ip(place, "route", "del", "blackhole", self.addresses[other])

    def _state(self, place: str, state: str) -> None:
        _run("bridge", "-n", self._named("switch"), "link", "set", "dev", self._port(place), "state", state)

    def _make(self, place: str) -> None:
        _run("ip", "netns", "add", self._named(place))
        self._made.append(self._named(place))
        self._ip(place, "link", "set", "lo", "up")

    def _ip(self, place: str, *words: str) -> None:
        _run("ip", "-n", self._named(place), *words)

    def _named(self, place: str) -> str:
        return f"{self._prefix}-{place}"

    def _port(self, place: str) -> str:
        return f"p{list(self.addresses).index(place)}"


def _enter(path: Path) -> None:
    there = os.open(path, os.O_RDONLY)
    try:
        assert _libc.setns(there, NEWNET) == 0, os.strerror(ctypes.get_errno())
    finally:
        os.close(there)
