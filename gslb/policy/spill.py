"""Who takes how much when some are hot: shares of a load node's children from what each could carry.

Let a child's reach be the share of all clients that would use it up entirely. At a water mark m it may keep m · reach:

    hot     keeps no more than high · reach, and gets back once it is below low · reach: in between nothing moves
    cool    keeps its plain share, and takes of what the hot ones leave by its headroom, high · reach - plain
    all hot the mark rises until everything fits: all are used alike, and nobody is shed below that

Whose reach is not known keeps its plain share, and nothing is spilled on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NONE = 1e-9  # a reach is never smaller
LEAST = 0.05  # what of its plain share a child keeps at least: enough to see when it has recovered


@dataclass(frozen=True, slots=True)
class Part:
    """A child: its plain share, the share it has now, and its reach (None: not known). Shares of all clients, 0..1."""

    plain: float
    now: float
    reach: float | None


def allot(parts: Sequence[Part], high: float, low: float) -> list[float]:
    """The share each child should have; they add up to the plain shares (1, for a whole node)."""
    shares = [part.plain for part in parts]
    known = [index for index, part in enumerate(parts) if part.reach is not None and part.plain > 0]
    whole = sum(parts[index].plain for index in known)
    if not known:
        return shares
    reaches = {index: max(parts[index].reach or 0.0, NONE) for index in known}
    mark = max(high, whole / sum(reaches.values()))
    limits = {index: mark * reach for index, reach in reaches.items()}
    kept = {
        index: _within(
            min(parts[index].now, parts[index].plain),
            min(parts[index].plain, max(limits[index] * low / high, LEAST * parts[index].plain)),
            min(parts[index].plain, max(limits[index], LEAST * parts[index].plain)),
        )
        for index in known
    }
    spare = {
        index: max(0.0, limits[index] - parts[index].plain) if kept[index] == parts[index].plain else 0.0
        for index in known
    }
    spilled, room = whole - sum(kept.values()), sum(spare.values())
    taken = min(spilled, room)
    back = {index: max(0.0, min(parts[index].plain, limits[index]) - kept[index]) for index in known}
    left = spilled - taken  # nobody has room for it: it goes back to those who keep less than they may
    if not sum(back.values()) > 0:
        back = {index: parts[index].plain for index in known}
    for index in known:
        shares[index] = kept[index]
        shares[index] += taken * spare[index] / room if room > 0 else 0.0
        shares[index] += left * back[index] / sum(back.values())
    return shares


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
