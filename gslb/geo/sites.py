"""Where a region or a vantage stands: an IATA code or a pair of degrees, to coordinates."""

from __future__ import annotations

import re

from gslb.geo.shipped import airports
from gslb.model import Fault, Faults, Mark, refuse

_PAIR = re.compile(r"([+-]?\d+(?:\.\d*)?)\s*,\s*([+-]?\d+(?:\.\d*)?)", re.ASCII)
_HINT = 'write an IATA code (FRA) or "LATITUDE,LONGITUDE" in degrees ("50.03,8.54")'


def site(text: str, mark: Mark | None = None) -> tuple[float, float]:
    """(latitude, longitude) in degrees of "FRA" or "50.03,8.54"; anything else is a fault at `mark`."""
    pair = _PAIR.fullmatch(text.strip())
    if pair:
        latitude, longitude = float(pair[1]), float(pair[2])
        if abs(latitude) > 90 or abs(longitude) > 180:
            refuse(f"{text} is no place on Earth", mark, "latitude is -90 to 90, longitude -180 to 180, in this order")
        return latitude, longitude
    known = airports().get(text)
    if known:
        return known.coordinates
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        refuse(f"{text!r} is no place", mark, _HINT)
    if text.upper() in airports():
        refuse(f"unknown airport {text}", mark, f"write {text.upper()}")
    raise Faults(Fault(f"unknown airport {text}", mark, _near(text.upper()) or _HINT))


def site_country(text: str) -> str | None:
    """The country's two capitals where `text` is an IATA code; None for a pair of degrees and what is unknown."""
    known = airports().get(text)
    return known.country if known else None


def _near(code: str) -> str:
    """A hint at codes of the same letters, then at those that differ in the last one only."""
    swapped = [known for known in airports() if sorted(known) == sorted(code)]
    sisters = [known for known in airports() if known[:2] == code[:2]]
    near = [*swapped, *sisters][:3]
    return f"did you mean {' or '.join(near)}?" if near else ""
