"""The loops as steps, and what they step over: worlds assembled and built, beliefs judged and published.

    Model ─► world: assemble ─► built: build ─► Built ─┐
                                                       ├─► judging: events ─► beliefs, what to keep, what to tell
                       observations, words, heartbeats ┘      ├─ mentions: which names that touches
                                                              └─ remembering: what choices leave behind
    publishing: rows to plans, touched names anew ─► a publication       state: the belief that goes with it
    chronicle: what changed, and what was believed at any moment      chronicling: a step's changes
    measurements: what applications post of round trips
    availability: from what names were answered, for how long
    traffic: who asks for what, from samples      busiest: the first of a stream
    journal: one line an event      telemetry: every metric with its help      ports: what the loops ask of the edges

Names are loaded when they are first asked for: the supervisor writes a journal and makes no plans.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gslb.control.absences import WORDS
    from gslb.control.availability import WINDOWS, Shares, Standing, availabilities
    from gslb.control.balancing import Balancing
    from gslb.control.board import Board, Control
    from gslb.control.built import Built, build, load, save
    from gslb.control.busiest import Busiest, Rate
    from gslb.control.chronicle import (
        Believed,
        Change,
        ChangeKind,
        Recorded,
        believed,
        override_of,
        publication_change,
        verdict_of,
    )
    from gslb.control.events import (
        Adopted,
        Advised,
        Beaten,
        Cancelled,
        Cleared,
        Command,
        Effects,
        Event,
        Heard,
        Line,
        Ordered,
        Reply,
        Reported,
        Returned,
        Said,
        Stored,
        Switched,
        Undrained,
        Unpublished,
    )
    from gslb.control.journal import Journal, Level
    from gslb.control.judging import Judging, own_vantage, vantages, watched
    from gslb.control.layers import ZoneTable
    from gslb.control.measurements import (
        LARGEST_MEASUREMENTS,
        Allowance,
        MeasurementError,
        StrangerError,
        mac_of,
        posted,
    )
    from gslb.control.mentions import Mentions, root, roots
    from gslb.control.ports import Chronicle, Entries, Store
    from gslb.control.publishing import Publishing
    from gslb.control.state import Part, join, thaw
    from gslb.control.telemetry import LatencyFigures, ProbeTimes, Scrape, exposition
    from gslb.control.traffic import Busy, Sighting, Traffic
    from gslb.control.windows import utc
    from gslb.control.world import Assembled, assemble

_ROOMS = {
    "absences": "WORDS",
    "availability": "Shares Standing WINDOWS availabilities",
    "balancing": "Balancing",
    "board": "Board Control",
    "built": "Built build load save",
    "busiest": "Busiest Rate",
    "chronicle": "Believed Change ChangeKind Recorded believed override_of publication_change verdict_of",
    "events": "Adopted Advised Beaten Cancelled Cleared Command Effects Event Heard "
    "Line Ordered Reply Reported Returned Said Stored Switched Undrained Unpublished",
    "journal": "Journal Level",
    "judging": "Judging own_vantage vantages watched",
    "layers": "ZoneTable",
    "measurements": "Allowance LARGEST_MEASUREMENTS MeasurementError StrangerError mac_of posted",
    "mentions": "Mentions root roots",
    "ports": "Chronicle Entries Store",
    "publishing": "Publishing",
    "state": "Part join thaw",
    "telemetry": "LatencyFigures ProbeTimes Scrape exposition",
    "traffic": "Busy Sighting Traffic",
    "windows": "utc",
    "world": "Assembled assemble",
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names.split()}

__all__ = [
    "LARGEST_MEASUREMENTS",
    "WINDOWS",
    "WORDS",
    "Adopted",
    "Advised",
    "Allowance",
    "Assembled",
    "Balancing",
    "Beaten",
    "Believed",
    "Board",
    "Built",
    "Busiest",
    "Busy",
    "Cancelled",
    "Change",
    "ChangeKind",
    "Chronicle",
    "Cleared",
    "Command",
    "Control",
    "Effects",
    "Entries",
    "Event",
    "Heard",
    "Journal",
    "Judging",
    "LatencyFigures",
    "Level",
    "Line",
    "MeasurementError",
    "Mentions",
    "Ordered",
    "Part",
    "ProbeTimes",
    "Publishing",
    "Rate",
    "Recorded",
    "Reply",
    "Reported",
    "Returned",
    "Said",
    "Scrape",
    "Shares",
    "Sighting",
    "Standing",
    "Store",
    "Stored",
    "StrangerError",
    "Switched",
    "Traffic",
    "Undrained",
    "Unpublished",
    "ZoneTable",
    "assemble",
    "availabilities",
    "believed",
    "build",
    "exposition",
    "join",
    "load",
    "mac_of",
    "override_of",
    "own_vantage",
    "posted",
    "publication_change",
    "root",
    "roots",
    "save",
    "thaw",
    "utc",
    "vantages",
    "verdict_of",
    "watched",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
