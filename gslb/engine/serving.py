"""What a worker needs of whatever answers the packets of a socket, and what it gives that to work with.

Worker ─► make(Means, sockets) ─► a Serving for each socket ─► serve(), a batch at a time
                                                             └─► Means.forward: what has no plan, to the responder
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gslb.engine.exchange import Origin
from gslb.image import EngineCounter, Forwarded, SampleWriter, Tables, pack_forwarded


@dataclass(frozen=True, slots=True)
class Means:
    """What all sockets of a worker share.

    `queue` leads to the responder, which knows each socket by its index. `counters` is the worker's block, indexed by
    EngineCounter. `draw` gives 64 random bits, `clock` monotonic nanoseconds. `samples` is where packets are noted for
    whoever watches, if there is room for that.
    """

    tables: Tables
    queue: socket.socket
    counters: memoryview[int]
    draw: Callable[[], int]
    clock: Callable[[], int]
    samples: SampleWriter | None = None

    def forward(self, index: int, origin: Origin, packet: bytes) -> None:
        """Hand a packet that came in on the socket of that index to the responder; never waits, and counts."""
        forwarded = Forwarded(
            index, origin.address, origin.port, packet, self.clock(), origin.destination, origin.scope_id
        )
        try:
            self.queue.send(pack_forwarded(forwarded), socket.MSG_DONTWAIT)
        except OSError:  # full, or the responder is being replaced: the client asks again
            self.counters[EngineCounter.QUEUE_FULL] += 1
        else:
            self.counters[EngineCounter.FORWARDED] += 1


class Serving(Protocol):
    """One socket, and what answers the packets that come in on it."""

    def serve(self) -> int:
        """Answer a batch of what has arrived, without waiting: how many packets it took, 0 when there was none.

        What cannot be answered is dropped or forwarded, and everything is counted. Raises nothing for any packet.
        """

    def refreshed(self) -> None:
        """Told between two batches that the tables have changed: what was made from the old ones is let go."""

    def idle(self) -> bool:
        """Told when no socket has packets: prepare for those to come, a millisecond at most. Whether there is more."""

    def settle(self) -> None:
        """Told when there is time, and ten times a second when there is none: write down what was counted."""


MakeServings = Callable[[Means, Sequence[socket.socket]], Sequence[Serving]]
