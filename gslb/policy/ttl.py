"""How long an answer may be kept: within the bounds, no longer than its horizon while in doubt, rising slowly.

    a move is planned, one old TTL ahead ──► minimum, until it is over
    in doubt ──► falls at once to what the horizon allows ──► calm ──► doubles once each old TTL ──► maximum

The TTL is remembered for each endpoint of a tree; an answer's is the least of its endpoints'. An endpoint
that is down stands at the minimum, so that one which has just come back starts short.

What `ttl: auto` advises for a name is one more ceiling over all of this, and so never in the way of a fall.
"""

from __future__ import annotations

from math import inf

from gslb.model import Family, Tree, Ttl
from gslb.policy.ask import Memory, Outcome, Settled
from gslb.policy.kind import label


def goal(bounds: Ttl, horizon: float, suspect: bool) -> int:
    """Seconds that an answer would get if TTLs could jump. `bounds.minimum` wins over all."""
    if not suspect or horizon == inf:
        return max(bounds.minimum, bounds.maximum)
    return max(bounds.minimum, min(bounds.maximum, int(horizon)))


def lead(before: Settled | None, bounds: Ttl) -> float:
    """Seconds ahead of a planned move from which answers are short: as long as an older one may still be kept."""
    return before.seconds if before is not None and before.goal > bounds.minimum else bounds.maximum


def settle(before: Settled | None, goal: int, wall: float) -> Settled:
    """The next TTL: falls to `goal` at once, rises towards it at most twofold for each TTL that has run out."""
    if before is None:
        return Settled(goal, goal, wall)
    seconds, since = before.seconds, before.since
    if goal < seconds:
        return Settled(goal, goal, wall)
    if before.goal <= seconds < goal:
        since = wall  # it was where it should be: the rise begins now
    while seconds < goal and wall >= since + seconds:
        since += seconds
        seconds = min(goal, max(1, 2 * seconds))
    return Settled(seconds, goal, since)


def rises_at(settled: Settled) -> float | None:
    """The wall time of the next rise; None if there is none to come."""
    return settled.since + settled.seconds if settled.seconds < settled.goal else None


def ttl_key(tree: Tree, family: Family, bounds: Ttl, leaf: str) -> str:
    """Where the TTL of answers that name a leaf is kept. Names may share a tree and yet have bounds of their own."""
    return f"{label(tree)}|{family.value}|{bounds.minimum}-{bounds.maximum}|{leaf}"


def ttl(tree: Tree, family: Family, bounds: Ttl, outcome: Outcome, memory: Memory, name: str = "") -> int:
    """Seconds that an answer chosen from `tree` in `family` may be kept; `name` is the steered name that is asked."""
    found = goal(bounds, outcome.horizon, outcome.suspect)
    if bounds.auto is not None and name in memory.advice:
        found = max(bounds.minimum, min(found, memory.advice[name]))
    if bounds.minimum < found and memory.ttls:
        keys = (ttl_key(tree, family, bounds, label(leaf)) for leaf in outcome.leaves)
        settled = [known.seconds for key in keys if (known := memory.ttls.get(key))]
        found = max(bounds.minimum, min([found, *settled]))
    return found


def negative_ttl(bounds: Ttl, zone: int) -> int:
    """Seconds that NODATA by policy or health may be kept, under the zone's own negative TTL (RFC 2308, section 5)."""
    return min(bounds.minimum, zone)
