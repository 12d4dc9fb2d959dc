"""Becoming another program: the same process, its sockets and its children, and new code from the disk.

old program: Legacy.pass_on(argv) ══ execve ══► new program: Legacy.taken() ──► sockets, descriptors, children
                     environment GSLB_LEGACY (JSON) + open descriptors + children of this pid
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypedDict

from gslb.server.bound import Bound
from gslb.server.events import Slot

VARIABLE = "GSLB_LEGACY"
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD)


class _SpelledChild(TypedDict):
    """A child in the JSON under GSLB_LEGACY: what its successor has to know of its slot."""

    pid: int
    name: str
    stage: int
    exclusive: bool
    retire: int
    retire_within: float
    program: int


@dataclass(frozen=True, slots=True)
class Legacy:
    """What one program leaves to the next in the same process.

    `named`: further descriptors. `facts`: what else the next one has to know, as text. `children`: who is alive.
    """

    udp: tuple[Bound, ...] = ()
    tcp: tuple[Bound, ...] = ()
    named: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    children: tuple[tuple[Slot, int], ...] = ()

    def pass_on(self, argv: Sequence[str], environment: Mapping[str, str] = os.environ) -> NoReturn:
        """Become the program `argv`. Raises OSError where the system will not run it; then nothing has changed.

        Signals wait until the new program can take them: their default would end it, and all its children with it.
        """
        descriptors = [bound.socket.fileno() for bound in (*self.udp, *self.tcp)] + [*self.named.values()]
        sys.stdout.flush()
        sys.stderr.flush()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            for number in descriptors:
                os.set_inheritable(number, True)  # noqa: FBT003 - the standard library's own signature
            os.execve(argv[0], list(argv), {**environment, VARIABLE: self._spelled()})  # noqa: S606 - no shell is meant
        finally:
            for number in descriptors:
                os.set_inheritable(number, False)  # noqa: FBT003 - as above
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _spelled(self) -> str:
        content = {
            "udp": [(bound.socket.fileno(), bound.wildcard) for bound in self.udp],
            "tcp": [(bound.socket.fileno(), bound.wildcard) for bound in self.tcp],
            "named": dict(self.named),
            "facts": dict(self.facts),
            "children": [_spelled_child(slot, pid) for slot, pid in self.children],
        }
        return json.dumps(content)

    @staticmethod
    def taken(environment: MutableMapping[str, str] = os.environ) -> Legacy | None:
        """What the program before left, once; None where this process began with us."""
        text = environment.pop(VARIABLE, None)
        if text is None:
            return None
        content = json.loads(text)
        udp, tcp = (
            tuple(Bound(socket.socket(fileno=number), wildcard) for number, wildcard in content[kind])
            for kind in ("udp", "tcp")
        )
        legacy = Legacy(udp, tcp, content["named"], content["facts"], tuple(map(_child, content["children"])))
        for number in (*(bound.socket.fileno() for bound in (*udp, *tcp)), *legacy.named.values()):
            os.set_inheritable(number, False)  # noqa: FBT003 - the standard library's own signature
        return legacy


def own_command() -> tuple[str, ...]:
    """The words that this process was started with, the interpreter's own in front."""
    return (sys.executable, *sys.orig_argv[1:])


def _spelled_child(slot: Slot, pid: int) -> _SpelledChild:
    return _SpelledChild(
        pid=pid,
        name=slot.name,
        stage=slot.stage,
        exclusive=slot.exclusive,
        retire=int(slot.retire),
        retire_within=slot.retire_within,
        program=slot.program,
    )


def _child(spelled: _SpelledChild) -> tuple[Slot, int]:
    slot = Slot(
        spelled["name"],
        spelled["stage"],
        exclusive=spelled["exclusive"],
        retire=signal.Signals(spelled["retire"]),
        retire_within=spelled["retire_within"],
        program=spelled["program"],
    )
    return slot, spelled["pid"]
