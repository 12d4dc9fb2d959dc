"""What a zone image holds: every existing name, and what it and the names below it answer.

Entry www ─┬─ here ──► Rows{A: Row 7, AAAA: Row 8, ANY: Static, other: Shared NODATA}    the name itself is asked
           └─ below ─► Rows{other: Shared NXDOMAIN}                                       a name under it, without entry
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gslb.image.body import Body


@dataclass(frozen=True, slots=True)
class Static:
    """Answered by one body until the zone changes; `counter` is counted."""

    body: Body
    counter: int


@dataclass(frozen=True, slots=True)
class Row:
    """Answered by the plan now published for row `index` of this image; `counter` + the body's ordinal is counted."""

    index: int
    counter: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Answered by the zone's shared body `number`, as its newest layer has it; `counter` is counted."""

    number: int
    counter: int


@dataclass(frozen=True, slots=True)
class Forward:
    """Has no stored plan: goes to the responder."""


Target = Static | Row | Shared | Forward


@dataclass(frozen=True, slots=True)
class Rows:
    """What is answered by query type; `other` for every type that is not listed."""

    by_type: Mapping[int, Target]
    other: Target


@dataclass(frozen=True, slots=True)
class Entry:
    """An existing name (wire, lower case), what it answers, and what names under it answer that do not exist."""

    name: bytes
    here: Rows
    below: Rows


@dataclass(frozen=True, slots=True)
class CounterLabel:
    """What one counter counts: answers of a zone by type and rcode; by steered name and leaf where a policy chose."""

    zone: str
    rdtype: str
    rcode: str
    name: str = ""
    leaf: str = ""
