"""What to answer: the view that is read, the plan it means, and its execution; `explain` with the reasons.

packet ─► query ─► plan ◄─ View(World, Belief) ─► table, fill: every question of a zone beforehand
                    │
                    ▼
                 execute ─► packet
"""

from gslb.nameserver.decision import Decision, decide
from gslb.nameserver.destination import destination
from gslb.nameserver.execute import Plan, Where, execute
from gslb.nameserver.explain import Explanation, explain
from gslb.nameserver.kept import Keeping, Kept
from gslb.nameserver.moves import Move, moves
from gslb.nameserver.plan import plan
from gslb.nameserver.query import Query, Subnet, Transport, parse
from gslb.nameserver.respond import Client, locate, place, respond
from gslb.nameserver.reverse import Reached, reached
from gslb.nameserver.steer import NOTHING, answered, ask, asks, family, types
from gslb.nameserver.table import Slot, Table, fill
from gslb.nameserver.touched import Touched, touched
from gslb.nameserver.view import Belief, Memo, View, World

__all__ = [
    "NOTHING",
    "Belief",
    "Client",
    "Decision",
    "Explanation",
    "Keeping",
    "Kept",
    "Memo",
    "Move",
    "Plan",
    "Query",
    "Reached",
    "Slot",
    "Subnet",
    "Table",
    "Touched",
    "Transport",
    "View",
    "Where",
    "World",
    "answered",
    "ask",
    "asks",
    "decide",
    "destination",
    "execute",
    "explain",
    "family",
    "fill",
    "locate",
    "moves",
    "parse",
    "place",
    "plan",
    "reached",
    "respond",
    "touched",
    "types",
]
