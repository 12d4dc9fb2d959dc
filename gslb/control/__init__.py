"""The loops as steps, and what they step over: worlds assembled and built, beliefs judged and published.

    Model ─► world: assemble ─► built: build ─► Built ─┐
                                                       ├─► judging: events ─► beliefs, what to keep, what to tell
                       observations, words, heartbeats ┘      ├─ mentions: which names that touches
                                                              └─ remembering: what choices leave behind
    publishing: rows to plans, touched names anew ─► a publication       state: the belief that goes with it
    chronicle: what changed, and what was believed at any moment      chronicling: a step's changes
    measurements: what applications post of round trips
    availability: from what names were answered, for how long
    availability: from what names were answered, for how long      incidents: what fell together, phase by phase
    activity: when which endpoint was answered
    traffic: who asks for what, from samples      busiest: the first of a stream
    population: which caches ask, by trace; caches: what a TTL costs them ─► tuning, advising: the TTL of each name
    journal: one line an event      telemetry: every metric with its help      ports: what the loops ask of the edges

Names are loaded when they are first asked for: the supervisor writes a journal and makes no plans.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gslb.control.absences import WORDS
    from gslb.control.activity import Activity, Answered
    from gslb.control.advising import promised, unkept
    from gslb.control.availability import WINDOWS, Shares, Standing, availabilities
    from gslb.control.balancing import Balancing
    from gslb.control.bearable import carriers, fence_name, last_off, quantity, troubles, unlimited
    from gslb.control.board import Board, Control
    from gslb.control.built import Built, build, load, save
    from gslb.control.busiest import Busiest, Rate
    from gslb.control.caches import EXTENDING, Cache, Forecast, Population, delay, forecast
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
    from gslb.control.demand import Demand, Source, Stream, slot_of
    from gslb.control.detecting import Faster, faster
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
    from gslb.control.hypothesis import Hypothesis, concerned, known_paths, supposed
    from gslb.control.incidents import PHASES, Incident, Incidents
    from gslb.control.journal import Journal, Level
    from gslb.control.judging import Judging, own_vantage, vantages, watched
    from gslb.control.keeping import Ruling, rulings
    from gslb.control.layers import ZoneTable
    from gslb.control.matters import Notice
    from gslb.control.measurements import (
        LARGEST_MEASUREMENTS,
        Allowance,
        MeasurementError,
        StrangerError,
        mac_of,
        posted,
    )
    from gslb.control.mentions import Mentions, root
    from gslb.control.notices import NOTICED, Notices
    from gslb.control.places import whereabouts
    from gslb.control.population import Measured, Populations, populations_from_json, populations_to_json
    from gslb.control.portions import NOBODY
    from gslb.control.ports import Chronicle, Entries, Store
    from gslb.control.publishing import Publishing
    from gslb.control.requests import PerAnswer, per_answer
    from gslb.control.state import Part, join, thaw
    from gslb.control.telemetry import LatencyFigures, ProbeTimes, Scrape, exposition
    from gslb.control.traffic import Busy, Sighting, Traffic
    from gslb.control.tuning import Tuned, Tuning
    from gslb.control.whatif import Foresight, Load, what_if
    from gslb.control.windows import utc
    from gslb.control.world import Assembled, assemble
    from gslb.control.written import as_csv, assumed, given

_HOMES = {
    "Balancing": "balancing",
    "Activity": "activity",
    "utc": "windows",
    "Command": "events",
    "Undrained": "events",
    "Switched": "events",
    "Reply": "events",
    "Ordered": "events",
    "Cancelled": "events",
    "Control": "board",
    "Board": "board",
    "Adopted": "events",
    "Advised": "events",
    "Allowance": "measurements",
    "Answered": "activity",
    "Assembled": "world",
    "Beaten": "events",
    "Believed": "chronicle",
    "Built": "built",
    "Busiest": "busiest",
    "Busy": "traffic",
    "Cache": "caches",
    "Change": "chronicle",
    "ChangeKind": "chronicle",
    "Chronicle": "ports",
    "Cleared": "events",
    "Demand": "demand",
    "EXTENDING": "caches",
    "Effects": "events",
    "Entries": "ports",
    "Event": "events",
    "Faster": "detecting",
    "Forecast": "caches",
    "Foresight": "whatif",
    "Heard": "events",
    "Hypothesis": "hypothesis",
    "Incident": "incidents",
    "Incidents": "incidents",
    "Journal": "journal",
    "Judging": "judging",
    "LARGEST_MEASUREMENTS": "measurements",
    "LatencyFigures": "telemetry",
    "Level": "journal",
    "Line": "events",
    "Load": "whatif",
    "Measured": "population",
    "MeasurementError": "measurements",
    "Mentions": "mentions",
    "NOTICED": "notices",
    "Notice": "matters",
    "Notices": "notices",
    "NOBODY": "portions",
    "PHASES": "incidents",
    "Part": "state",
    "PerAnswer": "requests",
    "Population": "caches",
    "Populations": "population",
    "ProbeTimes": "telemetry",
    "Publishing": "publishing",
    "Rate": "busiest",
    "Recorded": "chronicle",
    "Reported": "events",
    "Returned": "events",
    "Ruling": "keeping",
    "Said": "events",
    "Scrape": "telemetry",
    "Shares": "availability",
    "Sighting": "traffic",
    "Source": "demand",
    "Standing": "availability",
    "Store": "ports",
    "Stored": "events",
    "StrangerError": "measurements",
    "Stream": "demand",
    "Traffic": "traffic",
    "Tuned": "tuning",
    "Tuning": "tuning",
    "Unpublished": "events",
    "WINDOWS": "availability",
    "WORDS": "absences",
    "ZoneTable": "layers",
    "as_csv": "written",
    "assemble": "world",
    "assumed": "written",
    "availabilities": "availability",
    "believed": "chronicle",
    "build": "built",
    "carriers": "bearable",
    "concerned": "hypothesis",
    "delay": "caches",
    "exposition": "telemetry",
    "faster": "detecting",
    "fence_name": "bearable",
    "forecast": "caches",
    "given": "written",
    "join": "state",
    "known_paths": "hypothesis",
    "last_off": "bearable",
    "load": "built",
    "mac_of": "measurements",
    "override_of": "chronicle",
    "own_vantage": "judging",
    "per_answer": "requests",
    "populations_from_json": "population",
    "populations_to_json": "population",
    "posted": "measurements",
    "promised": "advising",
    "publication_change": "chronicle",
    "quantity": "bearable",
    "root": "mentions",
    "rulings": "keeping",
    "save": "built",
    "slot_of": "demand",
    "supposed": "hypothesis",
    "thaw": "state",
    "troubles": "bearable",
    "unkept": "advising",
    "unlimited": "bearable",
    "vantages": "judging",
    "verdict_of": "chronicle",
    "watched": "judging",
    "what_if": "whatif",
    "whereabouts": "places",
}

__all__ = [
    "EXTENDING",
    "LARGEST_MEASUREMENTS",
    "NOBODY",
    "NOTICED",
    "PHASES",
    "WINDOWS",
    "WORDS",
    "Activity",
    "Adopted",
    "Advised",
    "Allowance",
    "Answered",
    "Assembled",
    "Balancing",
    "Beaten",
    "Believed",
    "Board",
    "Built",
    "Busiest",
    "Busy",
    "Cache",
    "Cancelled",
    "Change",
    "ChangeKind",
    "Chronicle",
    "Cleared",
    "Command",
    "Control",
    "Demand",
    "Effects",
    "Entries",
    "Event",
    "Faster",
    "Forecast",
    "Foresight",
    "Heard",
    "Hypothesis",
    "Incident",
    "Incidents",
    "Journal",
    "Judging",
    "LatencyFigures",
    "Level",
    "Line",
    "Load",
    "Measured",
    "MeasurementError",
    "Mentions",
    "Notice",
    "Notices",
    "Ordered",
    "Part",
    "PerAnswer",
    "Population",
    "Populations",
    "ProbeTimes",
    "Publishing",
    "Rate",
    "Recorded",
    "Reply",
    "Reported",
    "Returned",
    "Ruling",
    "Said",
    "Scrape",
    "Shares",
    "Sighting",
    "Source",
    "Standing",
    "Store",
    "Stored",
    "StrangerError",
    "Stream",
    "Switched",
    "Traffic",
    "Tuned",
    "Tuning",
    "Undrained",
    "Unpublished",
    "ZoneTable",
    "as_csv",
    "assemble",
    "assumed",
    "availabilities",
    "believed",
    "build",
    "carriers",
    "concerned",
    "delay",
    "exposition",
    "faster",
    "fence_name",
    "forecast",
    "given",
    "join",
    "known_paths",
    "last_off",
    "load",
    "mac_of",
    "override_of",
    "own_vantage",
    "per_answer",
    "populations_from_json",
    "populations_to_json",
    "posted",
    "promised",
    "publication_change",
    "quantity",
    "root",
    "rulings",
    "save",
    "slot_of",
    "supposed",
    "thaw",
    "troubles",
    "unkept",
    "unlimited",
    "utc",
    "vantages",
    "verdict_of",
    "watched",
    "what_if",
    "whereabouts",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
