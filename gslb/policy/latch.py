"""Staying with a child while a better one proves itself: the memory that failover and latency share.

                     ┌────────── the child in use dies: first not known to be down, better ones included ──────────┐
    no latch ────────┤                                                                                             ▼
    (best in use) ◄──┴── best one ready ── latched to a child ── a better one ready ──► latched to that ──► …

A better child starts to count when it is seen healthy, starts over when it fails, and is ready by the policy's rule. A
child that only waits for its first verdict is no reason to latch: at a start, verdicts come in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gslb.model import Tree
from gslb.policy.ask import Latch
from gslb.policy.leniency import DRAINING, STRICT, WAITING
from gslb.policy.look import Look

Ready = Callable[[int, int, float | None], bool]  # better, in use, healthy since (None: not seen so): may it be used?


@dataclass(frozen=True, slots=True)
class Ladder:
    """Children from best to worst by name, and when a better one may be used again."""

    names: tuple[str, ...]
    children: tuple[Tree, ...]
    ready: Ready


def after(seconds: float, wall: float, since: float | None) -> bool:
    """Whether something healthy since `since` has been so for `seconds`; for none at once."""
    return seconds == 0 or (since is not None and wall >= since + seconds)


def in_use(ladder: Ladder, latch: Latch | None, look: Look) -> int:
    """The index of the child to use, one of which is alive.

    A latch never holds a dead child. A last resort changes nothing while a child is healthy; else it uses the first.
    """
    if latch is None and look.leniency == STRICT:
        return next(index for index, child in enumerate(ladder.children) if look.alive(child))
    alive = [look.alive(child) for child in ladder.children]
    strict = look.under(STRICT)
    healthy = [lives and strict.alive(child) for lives, child in zip(alive, ladder.children, strict=True)]
    if not any(healthy):
        return alive.index(True)
    used = ladder.names.index(latch.child) if latch and latch.child in ladder.names else None
    if latch is None or used is None or not healthy[used]:
        return healthy.index(True)
    since = dict(latch.better_since)
    better = (index for index in range(used) if healthy[index])
    return next((index for index in better if ladder.ready(index, used, since.get(ladder.names[index]))), used)


def learned(ladder: Ladder, latch: Latch | None, look: Look) -> Latch | None:
    """The latch from now on; None while the best is in use, or nothing is healthy.

    A drain latches nothing: what was drained is used again as soon as the operator lets it.
    """
    draining = look.under(DRAINING)
    alive = [draining.alive(child) for child in ladder.children]
    if not any(alive):
        return None
    healthy = [lives and look.alive(child) for lives, child in zip(alive, ladder.children, strict=True)]
    since = dict(latch.better_since) if latch else {}
    used = ladder.names.index(latch.child) if latch and latch.child in ladder.names else None
    if used is None or not alive[used]:
        waiting = look.under(WAITING)
        used = next(index for index, child in enumerate(ladder.children) if alive[index] or waiting.alive(child))
        since = {}
    elif healthy[used]:
        better = (index for index in range(used) if healthy[index])
        moments = {index: since.get(ladder.names[index], look.ask.wall) for index in range(used)}
        used = next((index for index in better if ladder.ready(index, used, moments[index])), used)
    if not used:
        return None
    names = [ladder.names[index] for index in range(used) if healthy[index]]
    return Latch(ladder.names[used], tuple((name, since.get(name, look.ask.wall)) for name in names))
