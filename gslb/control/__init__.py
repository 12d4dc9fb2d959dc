"""The loops as steps, and what they step over: worlds assembled and built, beliefs judged and published.

    Model ─► world: assemble ─► built: build ─► Built ─┐
                                                       ├─► judging: events ─► beliefs, what to keep, what to tell
                       observations, words, heartbeats ┘      ├─ mentions: which names that touches
                                                              └─ remembering: what choices leave behind
    publishing: rows to plans, touched names anew ─► a publication       state: the belief that goes with it
    traffic: who asks for what, from samples      busiest: the first of a stream
    journal: one line an event      telemetry: every metric with its help      ports: what the loops ask of the edges

Names are loaded when they are first asked for: the supervisor writes a journal and makes no plans.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gslb.control.built import Built, build, load, save
    from gslb.control.busiest import Busiest, Rate
    from gslb.control.events import (
        Adopted,
        Advised,
        Beaten,
        Cleared,
        Effects,
        Event,
        Heard,
        Line,
        Returned,
        Said,
        Stored,
        Unpublished,
    )
    from gslb.control.journal import Journal, Level
    from gslb.control.judging import Judging, own_vantage, vantages, watched
    from gslb.control.layers import ZoneTable
    from gslb.control.mentions import Mentions, paths, root
    from gslb.control.ports import Store
    from gslb.control.publishing import Publishing
    from gslb.control.state import Part, join, thaw
    from gslb.control.telemetry import ProbeTimes, Scrape, exposition
    from gslb.control.traffic import Busy, Sighting, Traffic
    from gslb.control.world import Assembled, assemble

_HOMES = {
    "Adopted": "events",
    "Advised": "events",
    "Assembled": "world",
    "Beaten": "events",
    "Built": "built",
    "Busiest": "busiest",
    "Busy": "traffic",
    "Cleared": "events",
    "Effects": "events",
    "Event": "events",
    "Heard": "events",
    "Journal": "journal",
    "Judging": "judging",
    "Level": "journal",
    "Line": "events",
    "Mentions": "mentions",
    "Part": "state",
    "ProbeTimes": "telemetry",
    "Publishing": "publishing",
    "Rate": "busiest",
    "Returned": "events",
    "Said": "events",
    "Scrape": "telemetry",
    "Sighting": "traffic",
    "Store": "ports",
    "Stored": "events",
    "Traffic": "traffic",
    "Unpublished": "events",
    "ZoneTable": "layers",
    "assemble": "world",
    "build": "built",
    "exposition": "telemetry",
    "join": "state",
    "load": "built",
    "own_vantage": "judging",
    "paths": "mentions",
    "root": "mentions",
    "save": "built",
    "thaw": "state",
    "vantages": "judging",
    "watched": "judging",
}

__all__ = [
    "Adopted",
    "Advised",
    "Assembled",
    "Beaten",
    "Built",
    "Busiest",
    "Busy",
    "Cleared",
    "Effects",
    "Event",
    "Heard",
    "Journal",
    "Judging",
    "Level",
    "Line",
    "Mentions",
    "Part",
    "ProbeTimes",
    "Publishing",
    "Rate",
    "Returned",
    "Said",
    "Scrape",
    "Sighting",
    "Store",
    "Stored",
    "Traffic",
    "Unpublished",
    "ZoneTable",
    "assemble",
    "build",
    "exposition",
    "join",
    "load",
    "own_vantage",
    "paths",
    "root",
    "save",
    "thaw",
    "vantages",
    "watched",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
