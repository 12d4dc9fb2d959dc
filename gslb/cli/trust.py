"""What `gslb check` says of those who watch: what a single vantage costs, and whether sentinels are quick enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gslb.model import Model, Monitor

TOLD = 2.0  # seconds in which sentinels tell a cut: from one probe to the next, and its timeout


def trust(model: Model) -> Iterator[str]:
    """A note for each thing about vantages that one may not have seen."""
    if len(model.vantages) == 1:
        (vantage,) = model.vantages.values()
        where = "this node" if vantage.token is None else vantage.name
        yield f"note: one vantage ({where}): a fault here looks like a fault there. Add vantages."
        if model.monitors and not model.sentinels:
            yield "note: no sentinels: cut off, it takes all down; with sentinels: [https://ADDRESS/] all freezes."
    quick = [name for name, monitor in model.monitors.items() if _ahead(monitor)]
    if model.sentinels and quick:
        yield (
            f"note: {', '.join(quick)} may be down for a moment before sentinels tell that a vantage is cut off: they "
            f"take {TOLD:g} s. Write a higher fall or confirm_interval."
        )


def _ahead(monitor: Monitor) -> bool:
    """Whether all of its failures may be counted before its vantage's sentinels tell."""
    apart = min(monitor.confirm_interval or monitor.interval, monitor.interval)
    return monitor.kind.connects and (monitor.fall - 1) * apart < TOLD
