"""The loops as steps, and what they step over: worlds assembled and built, beliefs judged and published.

    Model ─► world: assemble ─► build ─► Built ─┬─► publishing: rows to plans ─► a publication
                                                └─► judging: events ─► beliefs, what to keep, what to tell
    journal: one line an event      telemetry: every metric with its help      ports: what the loops ask of the edges

Names are loaded when they are first asked for: the supervisor writes a journal and makes no plans.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gslb.control.built import Built, ZoneTable, build, load, save
    from gslb.control.journal import Journal, Level
    from gslb.control.judging import (
        Adopted,
        Beaten,
        Cleared,
        Effects,
        Event,
        Heard,
        Judging,
        Line,
        Returned,
        Said,
        Stored,
        watched,
    )
    from gslb.control.ports import Store
    from gslb.control.publishing import Publishing, freeze, thaw
    from gslb.control.telemetry import ProbeTimes, Scrape, exposition
    from gslb.control.world import Assembled, assemble

_HOMES = {
    "Adopted": "judging",
    "Assembled": "world",
    "Beaten": "judging",
    "Built": "built",
    "Cleared": "judging",
    "Effects": "judging",
    "Event": "judging",
    "Heard": "judging",
    "Journal": "journal",
    "Judging": "judging",
    "Level": "journal",
    "Line": "judging",
    "ProbeTimes": "telemetry",
    "Publishing": "publishing",
    "Returned": "judging",
    "Said": "judging",
    "Scrape": "telemetry",
    "Store": "ports",
    "Stored": "judging",
    "ZoneTable": "built",
    "assemble": "world",
    "build": "built",
    "exposition": "telemetry",
    "freeze": "publishing",
    "load": "built",
    "save": "built",
    "thaw": "publishing",
    "watched": "judging",
}

__all__ = [
    "Adopted",
    "Assembled",
    "Beaten",
    "Built",
    "Cleared",
    "Effects",
    "Event",
    "Heard",
    "Journal",
    "Judging",
    "Level",
    "Line",
    "ProbeTimes",
    "Publishing",
    "Returned",
    "Said",
    "Scrape",
    "Store",
    "Stored",
    "ZoneTable",
    "assemble",
    "build",
    "exposition",
    "freeze",
    "load",
    "save",
    "thaw",
    "watched",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
