"""The loops as steps, and what they step over: worlds assembled and built, beliefs judged and published.

    Model ─► world: assemble ─► build ─► Built ─┬─► publishing: rows to plans ─► a publication
                                                └─► judging: events ─► beliefs, what to keep, what to tell
    journal: one line an event      telemetry: every metric with its help      ports: what the loops ask of the edges
"""

from gslb.control.build import Built, ZoneTable, build, load, save
from gslb.control.journal import Journal, Level
from gslb.control.judging import Adopted, Beaten, Cleared, Effects, Event, Heard, Judging, Line, Returned, Said, Stored, watched
from gslb.control.ports import Store
from gslb.control.publishing import Publishing, freeze, thaw
from gslb.control.world import Assembled, assemble

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
    "Publishing",
    "Returned",
    "Said",
    "Store",
    "Stored",
    "ZoneTable",
    "assemble",
    "build",
    "freeze",
    "load",
    "save",
    "thaw",
    "watched",
]
