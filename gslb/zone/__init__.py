"""Zone data: master files to a frozen tree, and what a look-up in it finds.

text ─► lexer ─► reader ─► draft ─► conflicts ─► build ─► references ─► Zone ─┬─ lookup ─► Hit Steered Alias Dname
     │  words    records   names    checks       tree     checks              │            NoData NxDomain Delegation
     └► plain ──────────────────────────────────► packed                      └─ glue, additional
        runs of lines: compiled, or lines         flat tables
Zones: which zone a name belongs to       difference: what a reload changes       to_text: back to a master file
changes, hanging: whose answers a reload may change
"""

from gslb.zone.changes import Changes, Hangs, changes, encloser, from_wire, hanging
from gslb.zone.difference import Difference, difference
from gslb.zone.load import load
from gslb.zone.packed import Packed, PackedError, open_packed
from gslb.zone.result import Alias, Delegation, Dname, Hit, NoData, NxDomain, Result, Steered
from gslb.zone.rrset import Key, Node, RRset, fold
from gslb.zone.tree import Zone
from gslb.zone.writer import to_text
from gslb.zone.zones import Zones

__all__ = [
    "Alias",
    "Changes",
    "Delegation",
    "Difference",
    "Dname",
    "Hangs",
    "Hit",
    "Key",
    "NoData",
    "Node",
    "NxDomain",
    "Packed",
    "PackedError",
    "RRset",
    "Result",
    "Steered",
    "Zone",
    "Zones",
    "changes",
    "difference",
    "encloser",
    "fold",
    "from_wire",
    "hanging",
    "load",
    "open_packed",
    "to_text",
]
