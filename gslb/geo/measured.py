"""Measured round trips as they are published: rows by prefix, AS and country, and the file that a builder reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network

from gslb.geo.estimator import Group
from gslb.geo.location import Measured
from gslb.model import Network

NOTE = "# Measured round trips, written by gslb and written anew by it; remove the file to steer without them."
HEADER = "match,region,milliseconds,error,count"


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """Clients in `match` see `region` at `milliseconds`, give or take `error` (a share), from `count` samples."""

    match: Network | Group
    region: str
    milliseconds: float
    error: float
    count: int

    @property
    def measured(self) -> Measured:
        return Measured(self.region, self.milliseconds, self.error, self.of)

    @property
    def of(self) -> str:
        """Whom it is of, for people: "its prefix", "AS64500 DE", "DE"."""
        return str(self.match) if isinstance(self.match, Group) else "its prefix"


def write_rows(rows: Iterable[MeasuredRow]) -> str:
    """The text of the file: what `read_rows` reads."""
    lines = (f"{row.match},{row.region},{row.milliseconds:g},{row.error:g},{row.count}" for row in rows)
    return "\n".join((NOTE, HEADER, *lines, ""))


def read_rows(text: str) -> tuple[MeasuredRow, ...]:
    """The rows of a file. ValueError, with its line, for what is none: then nothing of the file is to be trusted."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith("#") and line != HEADER:
            try:
                rows.append(_row(line))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from None
    return tuple(rows)


def _row(line: str) -> MeasuredRow:
    match, region, milliseconds, error, count = line.split(",")
    row = MeasuredRow(_match(match), region, float(milliseconds), float(error), int(count))
    if not region or not 0 < row.milliseconds < 1e6 or not 0 <= row.error < 100:
        raise ValueError("this is no round trip")
    return row


def _match(text: str) -> Network | Group:
    if "/" in text:
        return ip_network(text)
    found = re.fullmatch(r"AS(\d{1,10})( [A-Z]{2})?|([A-Z]{2})", text, re.ASCII)
    if found is None:
        raise ValueError(f"{text!r} is no prefix, AS or country")
    if found[3]:
        return Group(None, found[3])
    return Group(int(found[1]), found[2].strip() if found[2] else None)
