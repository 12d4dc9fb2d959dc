"""What a node writes down of the queries it answers: how much room the decision log has."""

from __future__ import annotations

import re
from typing import Annotated

from gslb.config.scalars import Wrong
from gslb.config.shape import Scalar, Shape
from gslb.model import Log

UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9}
LEAST, MOST = 10**6, 10**12
SIZE = {"anyOf": [{"const": "off"}, {"type": "string", "pattern": "^[0-9]+(kB|MB|GB)$"}]}


def size(text: str) -> int:
    """`64MB`: so many octets; `off` is 0."""
    if text == "off":
        return 0
    found = re.fullmatch(r"([0-9]{1,9})(kB|MB|GB)", text)
    if not found:
        raise Wrong(f"{text} is no size", "write 64MB, 1GB or off")
    octets = int(found[1]) * UNITS[found[2]]
    if not LEAST <= octets <= MOST:
        raise Wrong(f"{text} is not from 1MB to 1000GB", "write off to keep nothing")
    return octets


def size_text(octets: int) -> str:
    """A size as `size` reads it."""
    if not octets:
        return "off"
    unit = next(unit for unit in ("GB", "MB", "kB") if octets % UNITS[unit] == 0)
    return f"{octets // UNITS[unit]}{unit}"


class LogShape(Shape):
    decisions: Annotated[int, Scalar(size, SIZE)] = Log().decisions

    def noun(self) -> Log:
        return Log(self.decisions)
