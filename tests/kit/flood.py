"""Thousands of queries a second from one UDP socket, each known by its id: what was sent, answered, and with what.

The flood runs in a process of its own, this file: what a test does meanwhile would hold it up, as if answers were slow.
"""

from __future__ import annotations

import mmap
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import randbytes
from typing import Self

BURST = 64  # queries sent at once at most
PATIENCE = 2.0  # seconds that a last reply is waited for
BUFFER = 4 << 20
_SO_RCVBUFFORCE = 33
_NUMBERS = 8  # f64s shared with the process
_SENT, _ANSWERED, _STRANGE, _LOST, _SLOWEST, _OVER = range(6)


@dataclass
class Tally:
    """What became of a flood. `replies` counts, by question's index, each reply without its id; known at the end."""

    sent: int = 0
    answered: int = 0
    strange: int = 0  # replies to nothing that was asked
    lost: int = 0
    seconds: float = 0.0
    slowest: float = 0.0  # seconds
    replies: dict[int, Counter[bytes]] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return self.sent / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        return (
            f"UDP: {self.sent} queries at {self.rate:.0f}/s, {self.lost} lost, {self.strange} strange, "
            f"slowest answer {self.slowest * 1e3:.0f} ms"
        )


class Flood:
    """Asks `packets` in turn, `rate` a second, while its `with` block lasts, and then waits for the rest.

    Every packet starts with two octets that are replaced by an id. `random`: octets of it, a label's or a part of one,
    that are letters and digits of chance each time; replies are counted without them.
    """

    def __init__(
        self, address: tuple[str, int], packets: Sequence[bytes], rate: float, random: slice = slice(2, 2)
    ) -> None:
        self._asking = (address, list(packets), rate, random.start, random.stop)
        self._last: Tally | None = None

    @property
    def tally(self) -> Tally:
        """As it stands; whole once the block has ended."""
        if self._last is not None:
            return self._last
        sent, answered, strange, lost = map(int, self._numbers[:_SLOWEST])
        return Tally(sent, answered, strange, lost, slowest=self._numbers[_SLOWEST])

    def __enter__(self) -> Self:
        from gslb.server import child_preexec  # here: the other process needs none of it

        with tempfile.TemporaryFile() as shared:
            os.truncate(shared.fileno(), 8 * _NUMBERS)
            self._numbers = memoryview(mmap.mmap(shared.fileno(), 8 * _NUMBERS)).cast("d")
            self._process = subprocess.Popen(
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=(shared.fileno(),),
                preexec_fn=child_preexec,  # noqa: PLW1509 - one prctl, and no lock is taken
            )
            assert self._process.stdin is not None
            pickle.dump((*self._asking, shared.fileno()), self._process.stdin)
            self._process.stdin.flush()
        return self

    def __exit__(self, *_: object) -> None:
        self._numbers[_OVER] = 1
        said, _ = self._process.communicate(timeout=60)
        assert self._process.returncode == 0
        self._last = Tally(*pickle.loads(said))


class Asking:
    """The flood in its own process; `numbers` are shared with whoever wants to know how it goes."""

    def __init__(
        self,
        address: tuple[str, int],
        packets: Sequence[bytes],
        rate: float,
        start: int,
        stop: int,
        numbers: memoryview[float],
    ) -> None:
        self.tally = Tally(replies={number: Counter() for number in range(len(packets))})
        self._bodies = [packet[2:] for packet in packets]
        self._from, self._to = start - 2, stop - 2
        self._rate, self._numbers = rate, numbers
        self._socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM)
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER)
        self._socket.connect(address)
        self._socket.settimeout(0)
        self._waiting: dict[int, tuple[int, float]] = {}

    def run(self) -> None:
        began = time.monotonic()
        sent = 0
        while not self._numbers[_OVER]:
            now = time.monotonic()
            due = min(int((now - began) * self._rate) - sent, BURST)
            for _ in range(due):
                self._send(sent, now)
                sent += 1
            self._receive()
            if due < BURST:
                time.sleep(0.001)
        self.tally.seconds = time.monotonic() - began
        until = time.monotonic() + PATIENCE
        while self._waiting and time.monotonic() < until:
            self._receive()
            time.sleep(0.001)
        self.tally.lost += len(self._waiting)

    def _send(self, number: int, now: float) -> None:
        id_ = number & 0xFFFF
        which = number % len(self._bodies)
        if id_ in self._waiting:  # 65,536 queries ago, so seconds at least
            self.tally.lost += 1
        self._waiting[id_] = (which, now)
        self.tally.sent += 1
        with suppress(ConnectionRefusedError):  # told of an earlier one: that one is lost, and counted so
            self._socket.send(id_.to_bytes(2, "big") + self._drawn(self._bodies[which]))

    def _drawn(self, body: bytes) -> bytes:
        length = self._to - self._from
        if not length:
            return body
        return body[: self._from] + randbytes(length).hex()[:length].encode() + body[self._to :]

    def _receive(self) -> None:
        tally = self.tally
        while True:
            try:
                reply = self._socket.recv(4096)
            except BlockingIOError:
                break
            except ConnectionRefusedError:
                continue
            asked = self._waiting.pop(int.from_bytes(reply[:2], "big"), None)
            if asked is None:
                tally.strange += 1
                continue
            which, at = asked
            tally.answered += 1
            tally.slowest = max(tally.slowest, time.monotonic() - at)
            rest = reply[2:]
            if self._to > self._from:
                rest = rest[: self._from] + bytes(self._to - self._from) + rest[self._to :]
            tally.replies[which][rest] += 1
        self._numbers[_SENT], self._numbers[_ANSWERED] = tally.sent, tally.answered
        self._numbers[_STRANGE], self._numbers[_LOST], self._numbers[_SLOWEST] = (
            tally.strange,
            tally.lost,
            tally.slowest,
        )


def main() -> None:
    """Flood as standard input says, until told that it is over; the tally goes to standard output."""
    address, packets, rate, start, stop, descriptor = pickle.load(sys.stdin.buffer)
    numbers = memoryview(mmap.mmap(descriptor, 8 * _NUMBERS)).cast("d")
    asking = Asking(address, packets, rate, start, stop, numbers)
    asking.run()
    tally = asking.tally
    last = (tally.sent, tally.answered, tally.strange, tally.lost, tally.seconds, tally.slowest, tally.replies)
    pickle.dump(last, sys.stdout.buffer)


if __name__ == "__main__":
    main()
