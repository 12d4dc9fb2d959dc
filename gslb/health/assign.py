"""Which vantages watch a check, where not all of them do: endpoints times vantages must not be what a fleet probes.

check, vantages ─► a rank for each pair, by hash (rendezvous) ─► as many as the monitor says, one from elsewhere

Every node comes to the same list, and a vantage that goes takes only its own checks along.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from gslb.health.watched import Watched
from gslb.model import Check


def assigned(check: Check, what: Watched, vantages: Mapping[str, str | None]) -> dict[str, str | None]:
    """The vantages that watch a check, with their regions; all of them where the monitor does not say how many.

    Of several, one stands outside the endpoint's region if any does: who stands inside is never the only vote for up.
    """
    count = what.monitor.vantages
    if not 0 < count < len(vantages):
        return dict(vantages)
    ranked = sorted(vantages, key=lambda name: rank(check, name))
    chosen = ranked[:count]
    if count > 1 and what.region is not None and all(vantages[name] == what.region for name in chosen):
        chosen[-1:] = [next((name for name in ranked if vantages[name] != what.region), chosen[-1])]
    return {name: vantages[name] for name in chosen}


def rank(check: Check, vantage: str) -> bytes:
    """Where a vantage stands among those that could watch a check; the least are chosen."""
    words = (check.monitor, check.endpoint, check.address, vantage)
    return blake2b("\0".join(words).encode(), digest_size=8).digest()
