"""What if: demand put through the very choices that answers are made of, under a hypothesis.

demand (measured), written (a file), assumed ─┐
places: where clients are ────────────────────┼─► whatif: portions before and after ─► Foresight
hypothesis: a belief as it would be ──────────┘        └─ stale: how long clients stay
requests: what an answer stands for      bearable, keeping: whether that can be borne, and by which rules it may be done
"""

from gslb.foresight.bearable import carriers, fence_name, last_off, quantity, troubles, unlimited
from gslb.foresight.demand import Demand, Source, Stream, slot_of
from gslb.foresight.hypothesis import Hypothesis, concerned, known_paths, supposed
from gslb.foresight.keeping import Ruling, rulings
from gslb.foresight.places import whereabouts
from gslb.foresight.portions import NOBODY
from gslb.foresight.requests import PerAnswer, per_answer
from gslb.foresight.whatif import Foresight, Load, what_if
from gslb.foresight.written import as_csv, assumed, given

__all__ = [
    "NOBODY",
    "Demand",
    "Foresight",
    "Hypothesis",
    "Load",
    "PerAnswer",
    "Ruling",
    "Source",
    "Stream",
    "as_csv",
    "assumed",
    "carriers",
    "concerned",
    "fence_name",
    "given",
    "known_paths",
    "last_off",
    "per_answer",
    "quantity",
    "rulings",
    "slot_of",
    "supposed",
    "troubles",
    "unlimited",
    "what_if",
    "whereabouts",
]
