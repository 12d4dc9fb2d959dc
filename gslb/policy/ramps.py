"""Words that count for a share of the clients: a choice for those they count for and one for the others, mixed.

share 1 ┤            no word            ┐
share b ┤  the word that reached b      ├─ one threshold for all words at once ─► weights ─► compose.mix
share a ┤  both words                   ┘
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from gslb.health import Standing, thresholds
from gslb.policy.ask import Ask, Memory
from gslb.policy.compose import mix
from gslb.policy.kind import Choice

PARTS = 1 << 16  # that the clients are dealt into
ALMOST = 1.0 - 0.5 / PARTS  # the threshold of those whom a word reaches last


def rungs(ask: Ask) -> tuple[tuple[int, Ask], ...]:
    """The ask as each part of the clients puts it, and how many of 65,536 they are; one alone where no word ramps."""
    found = [*thresholds(ask.overrides, ask.wall)] if ask.overrides else []
    if not found and not any(each.standing is Standing.BACK for each in ask.overrides.values()):
        return ((PARTS, ask),)
    steps = [0.0, *found]
    ends = [round(share * PARTS) for share in (*steps, 1.0)]
    return tuple(
        (end - start, _from(ask, threshold))
        for threshold, (start, end) in zip(steps, pairwise(ends), strict=True)
        if end > start
    )


def reached(ask: Ask) -> str:
    """How far words on their way have come, and whether they have come to this client; "" where none is."""
    shares = ((word, word.share(ask.wall)) for word in ask.overrides.values())
    return "; ".join(
        f"{word.standing.value} {word.id} {word.path}: {share:.0%} of clients, "
        + ("this one too" if share > ask.threshold else "not this one yet")
        for word, share in shares
        if 0.0 < share < 1.0
    )


def _from(ask: Ask, threshold: float) -> Ask:
    """The ask of clients that stand just above a threshold: where they may go back, nothing latches them."""
    said = ask.overrides.values()
    roots = [one.path for one in said if one.standing is Standing.BACK and one.share(ask.wall) > threshold]
    memory = without_latches(ask.memory, roots) if roots else ask.memory
    return replace(ask, threshold=threshold, memory=memory)


def without_latches(memory: Memory, roots: Sequence[str]) -> Memory:
    """The memory without the latches of the trees with these root paths."""
    within = tuple(root + mark for root in roots for mark in ("|", "/"))
    return replace(memory, latches={key: latch for key, latch in memory.latches.items() if not key.startswith(within)})


def mixed(weights: Sequence[int], choices: Sequence[Sequence[Choice]]) -> list[Choice]:
    """For each place its choices as one, by weight; where the same ones meet again it is the same object."""
    known: dict[tuple[int, ...], Choice] = {}
    found = []
    for parts in zip(*choices, strict=True):
        key = tuple(map(id, parts))
        if key not in known:
            known[key] = mix([*zip(weights, parts, strict=True)])
        found.append(known[key])
    return found


def last_reached(ask: Ask) -> Ask:
    """The ask of those clients whom a word reaches last: what they see is remembered for all."""
    return replace(ask, threshold=ALMOST) if ask.overrides else ask
