"""Counters in shared memory: each process adds to its own, whoever reads sums them up.

counters-<zone digest>-<slot>   u64[], one for each label of the zone's image
counters-engine-<slot>          u64[], by EngineCounter
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

from gslb.image.files import map_own_words

ENGINE = "engine"
RCODES = 32  # counted one by one


class EngineCounter(IntEnum):
    """What an engine counts besides a zone's answers. ANSWERED_… + rcode counts replies by transport and rcode."""

    RECEIVED = 0
    DROPPED = 1  # answered by silence: a response, or too short for a header
    OVERSIZED = 2  # longer than any query, dropped unread
    FORWARDED = 3
    QUEUE_FULL = 4  # had to be forwarded, but the responder's queue was full
    TRUNCATED = 5  # answered with TC
    SEND_FAILED = 6
    REFRESH_FAILED = 7  # times that new tables could not be read and the old ones stayed
    HOT = 8  # answered by a ready reply
    FAULTS = 9  # packets that the tables have no good answer for, by a fault in them or in us
    AGED = 10  # forwarded, but waited so long for the responder that it was dropped
    CROWDED = 11  # forwarded, but too many answers were in the making
    FAILED = 12  # questions that the responder could not answer, by a fault
    TCP_ACCEPTED = 13
    TCP_NOT_ACCEPTED = 14  # times that the system refused, mostly for want of descriptors
    TCP_EVICTED = 15  # connections closed to make room for others
    TCP_IDLE = 16  # closed: nothing was asked for too long
    TCP_SLOW = 17  # closed: answers were not taken
    TCP_GARBAGE = 18  # closed: no DNS
    ANSWERED_UDP = 32
    ANSWERED_TCP = ANSWERED_UDP + RCODES
    END = ANSWERED_TCP + RCODES


def open_counters(folder: Path, name: str, slot: int, count: int) -> memoryview[int]:
    """The counters of one process, going on from what its predecessor in that slot left.

    Where the disk is full they are its own, and add to no sum. Raises OSError where they cannot be opened otherwise.
    """
    return map_own_words(folder / f"counters-{name}-{slot}", max(count, 1))


def sum_counters(folder: Path, name: str, count: int) -> list[int]:
    """Each counter summed over all slots."""
    totals = [0] * count
    for path in folder.glob(f"counters-{name}-*"):
        counts = memoryview(path.read_bytes()).cast("Q")
        totals = [total + more for total, more in zip(totals, counts, strict=False)]
    return totals


def remove_counters(folder: Path, name: str) -> None:
    """Forget the counters of an image that no process counts in any more."""
    for path in folder.glob(f"counters-{name}-*"):
        path.unlink(missing_ok=True)


def open_engine_counters(folder: Path, slot: int) -> memoryview[int]:
    """One engine's own block, indexed by EngineCounter. Raises OSError."""
    return open_counters(folder, ENGINE, slot, EngineCounter.END)


def sum_engine_counters(folder: Path) -> list[int]:
    """The engines' blocks summed, indexed by EngineCounter."""
    return sum_counters(folder, ENGINE, EngineCounter.END)
