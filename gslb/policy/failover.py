"""failover: the first healthy rung; a better one again only when it has been healthy for a while."""

from __future__ import annotations

from fractions import Fraction

from gslb.model import Failover
from gslb.policy.ask import Latch
from gslb.policy.compose import mix
from gslb.policy.kind import Choice, Trail, word
from gslb.policy.latch import Ladder, after, in_use, learned
from gslb.policy.look import Look
from gslb.policy.wording import span


def ladder(node: Failover, look: Look) -> Ladder:
    seconds, wall = node.failback.after, look.ask.wall

    def ready(better: int, used: int, since: float | None) -> bool:  # noqa: ARG001 - every rung waits alike
        return seconds is not None and after(seconds, wall, since)

    return Ladder(tuple(word(node, child) for child in node.children), node.children, ready)


def learn(node: Failover, look: Look) -> Latch | None:
    return learned(ladder(node, look), look.latch(node), look)


def choose(node: Failover, look: Look, trail: Trail) -> Choice:
    latch = look.latch(node)
    rung = in_use(ladder(node, look), latch, look)
    child = node.children[rung]
    text = f"rung {rung + 1} of {len(node.children)}{_because(node, rung, latch, look)}"
    choice = look.choose(child, look.reason(node, trail, text, word(node, child)))
    following = next((child for child in node.children[rung + 1 :] if look.alive(child)), None)
    if not node.trickle or following is None or look.opened:
        return choice
    share = Fraction(str(node.trickle))
    kept = look.reason(node, trail, f"{node.trickle:.1%} to keep it warm", word(node, following))
    return mix([(share.denominator - share.numerator, choice), (share.numerator, look.choose(following, kept))])


def _because(node: Failover, rung: int, latch: Latch | None, look: Look) -> str:
    """Why the better rungs are not used."""
    since = dict(latch.better_since) if latch else {}
    words = []
    for child in node.children[:rung]:
        if not look.alive(child):
            words.append(f"{word(node, child)} down")
            continue
        healthy = look.ask.wall - since.get(word(node, child), look.ask.wall)
        back = node.failback.after
        returns = "back by hand only" if back is None else f"back in {span(back - healthy)}"
        words.append(f"latched, {word(node, child)} healthy for {span(healthy)}, {returns}")
    return "".join(f"; {said}" for said in words)


def patience(node: Failover) -> float | None:
    return node.failback.after
