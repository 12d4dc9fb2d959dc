"""What a child inherits from the supervisor: sockets by number, a heartbeat, and a way to say that it is ready.

supervisor: Handover ──► environment GSLB_SOCKETS (JSON) + open descriptors ──► child: inherited() ──► Inheritance
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import socket
import time
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TypedDict

from gslb.server.bound import Bound

VARIABLE = "GSLB_SOCKETS"
_CELL = 8  # octets of one heartbeat
_LONGEST = 640  # octets of a report: escaped, its line stays below PIPE_BUF (4,096), so it is written whole or not


class _Spelled(TypedDict):
    """The JSON under GSLB_SOCKETS."""

    slot: str
    udp: list[tuple[int, bool]]
    tcp: list[tuple[int, bool]]
    named: dict[str, int]
    report: int
    heartbeat: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Handover:
    """DNS sockets, and further descriptors by name ("queue", "metrics" …), for one child."""

    udp: tuple[Bound, ...] = ()
    tcp: tuple[Bound, ...] = ()
    named: Mapping[str, int] = field(default_factory=dict)

    def descriptors(self) -> tuple[int, ...]:
        return (*(bound.socket.fileno() for bound in (*self.udp, *self.tcp)), *self.named.values())

    def spelled(self, slot: str, report: int, heartbeat: tuple[int, int]) -> str:
        """The value of GSLB_SOCKETS; `report`: the report pipe's write end; `heartbeat`: a descriptor and a cell."""
        content = _Spelled(
            slot=slot,
            udp=[(bound.socket.fileno(), bound.wildcard) for bound in self.udp],
            tcp=[(bound.socket.fileno(), bound.wildcard) for bound in self.tcp],
            named=dict(self.named),
            report=report,
            heartbeat=heartbeat,
        )
        return json.dumps(content)


def memory(name: str) -> int:
    """A descriptor of memory without a name in any folder, where the system has such; else of a file that is gone."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name)
    import tempfile  # only where memory has no descriptor of its own

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Heartbeats:
    """A cell of shared memory for each slot: a child writes the time, the supervisor looks whether it moved.

    Anonymous memory and not a file: no disk, nothing left behind, and nobody can truncate it under a worker.
    """

    def __init__(self, cells: int) -> None:
        size = max(1, cells) * _CELL
        self.descriptor = memory("gslb-heartbeats")
        os.truncate(self.descriptor, size)
        self._cells = memoryview(mmap.mmap(self.descriptor, size)).cast("Q")

    def read(self, cell: int) -> int:
        """Monotonic nanoseconds of the last beat; 0 before the first."""
        return self._cells[cell]

    def close(self) -> None:
        self._cells.release()
        os.close(self.descriptor)


class Inheritance:
    """The child's side. `beat` costs 0.2 µs; a worker calls it each turn, at least every 50 ms."""

    def __init__(self, slot: str, handover: Handover, report: int, heartbeat: tuple[int, int]) -> None:
        self.slot = slot
        self.udp, self.tcp, self.named = handover.udp, handover.tcp, handover.named
        self._report = report
        descriptor, self._cell = heartbeat
        self._cells = memoryview(mmap.mmap(descriptor, 0)).cast("Q")
        os.close(descriptor)

    def beats(self) -> list[int]:
        """The last beat of every child, monotonic nanoseconds, 0 before its first; in the order of the launches."""
        return self._cells.tolist()

    def named_socket(self, name: str) -> socket.socket:
        return socket.socket(fileno=self.named[name])

    def beat(self) -> None:
        self._cells[self._cell] = time.monotonic_ns()

    def ready(self, text: str = "") -> None:
        """Say that this child does its work now; `text` becomes part of the operator's line. Beats once."""
        self.beat()
        self._say("ready", text)

    def complain(self, reason: str) -> None:
        """Say why this child is about to end; the supervisor tells it to the operator."""
        self._say("complaint", reason)

    def _say(self, kind: str, text: str) -> None:
        cut = text.encode(errors="replace")[:_LONGEST].decode(errors="ignore")
        content = {"slot": self.slot, "pid": os.getpid(), kind: cut}
        line = json.dumps(content, ensure_ascii=False).encode()
        with contextlib.suppress(BrokenPipeError):  # the supervisor is another program by now, and replaces us
            os.write(self._report, line + b"\n")


def inherited(environment: MutableMapping[str, str] = os.environ) -> Inheritance:
    """Take up what the supervisor left, once: the variable is removed and no descriptor goes on to grandchildren.

    Raises KeyError when this process was not started by the supervisor.
    """
    content: _Spelled = json.loads(environment.pop(VARIABLE))
    udp, tcp = (
        tuple(Bound(socket.socket(fileno=number), wildcard) for number, wildcard in entries)
        for entries in (content["udp"], content["tcp"])
    )
    handover = Handover(udp, tcp, content["named"])
    for number in (*handover.descriptors(), content["report"]):
        os.set_inheritable(number, False)  # noqa: FBT003 - the standard library's own signature
    descriptor, cell = content["heartbeat"]
    return Inheritance(content["slot"], handover, content["report"], (descriptor, cell))


@dataclass(frozen=True, slots=True)
class Report:
    """One line from a child: it is ready, or it complains."""

    slot: str
    pid: int
    ready: bool
    text: str


class Reports:
    """The supervisor's end of the report pipe: octets in, reports out; a line may come in pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, octets: bytes) -> Iterator[Report]:
        *lines, self._rest = (self._rest + octets).split(b"\n")
        for line in lines:
            content = json.loads(line)
            ready = "ready" in content
            yield Report(content["slot"], content["pid"], ready, content["ready" if ready else "complaint"])
