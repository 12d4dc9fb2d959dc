"""The first verdict of a check: what was stored, what was believed of its address, or what its monitor begins with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from gslb.health.verdict import Verdict
from gslb.model import Check, Initial, Monitor


def first_verdict(check: Check, monitor: Monitor, wall: float) -> Verdict:
    """The verdict of a check that nothing is known of (docs/howto/monitors.md: `initial`)."""
    match monitor.initial:
        case Initial.WAIT:
            return Verdict(check, up=False, since=wall, reason="not observed yet", known=False)
        case Initial.UP:
            return Verdict(check, up=True, since=wall, reason="up until observed (initial: up)")
        case Initial.DOWN:
            return Verdict(check, up=False, since=wall, reason="down until observed (initial: down)")


def inherited(
    check: Check,
    old: Mapping[Check, Verdict],
    inner: AbstractSet[Check],
    served: Collection[tuple[str, str]],
    wall: float,
) -> Verdict | None:
    """What was believed before: of this very check, else of the same address by the other checks that decided on it.

    `inner` are checks that only count as members of calculated ones. `served` are (endpoint, address) pairs that
    were answered without a monitor, hence up. None: nothing was believed.
    """
    own = old.get(check)
    if own is not None:
        return own
    if not check.endpoint:
        return None
    deciding = [
        verdict
        for other, verdict in old.items()
        if other not in inner and verdict.known and (other.endpoint, other.address) == (check.endpoint, check.address)
    ]
    if deciding:
        first = min(deciding, key=lambda verdict: (verdict.up, verdict.check))
        return replace(first, check=check, reason=f"kept from {first.check.monitor}: {first.reason}")
    if (check.endpoint, check.address) in served:
        return Verdict(check, up=True, since=wall, reason="up until observed (had no monitor)")
    return None
