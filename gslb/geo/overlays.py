"""The operator's own word on where prefixes are: a CSV of CIDR and attributes, before every database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, ip_network
from math import isfinite

from gslb.geo.location import Location
from gslb.geo.shipped import continents, countries
from gslb.geo.table import Field, Line, read_prefix, read_table
from gslb.model import Fault, Faults, Mark, Network

COLUMNS = ("prefix", "continent", "country", "subdivision", "latitude", "longitude", "asn")

MOST_PLAIN = 20_000
_OCTETS = {str(number): number for number in range(256)}
_LENGTHS = {str(number): number for number in range(33)}
_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")
_ASN = re.compile(r"(?:AS)?(\d{1,10})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """All that the operator says of one prefix."""

    network: Network
    location: Location


def overlay(text: str, file: str) -> tuple[Row, ...]:
    """The rows of an overlay, in the order written; raises every fault found, each at file:line:column.

    The header row names the columns, any of COLUMNS, `prefix` among them. A row is the whole truth about its prefix:
    nothing is taken from a shorter row or from a database. Only what follows from a country is filled in: its continent
    and, where no coordinates are given, the middle of its land; and the country from a subdivision.
    """
    plain = _plain(text, file)
    if plain is not None:
        return plain
    lines, broken = read_table(text, file, COLUMNS)
    faults = list(broken)
    seen: dict[Network, Mark] = {}
    rows: list[Row] = []
    for line in lines:
        wrong = list(_faults(line))
        network = read_prefix(line, seen)
        if isinstance(network, Fault):
            wrong.append(network)
        elif not wrong:
            rows.append(Row(network, _location(line)))
        faults += wrong
    if faults:
        raise Faults(*sorted(faults, key=lambda fault: fault.mark or Mark(file, 0, 0)))
    return tuple(rows)


def _plain(text: str, file: str) -> tuple[Row, ...] | None:
    """The rows of a large overlay in which many prefixes share few attributes; None where it is not as plain as that.

    Attributes are read as elsewhere, once for all rows that have the same; whatever is at fault is found there, too.
    """
    attributes: dict[str, Location] = {}
    rows: list[Row] = []
    header = ""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line or line[0] in "# \t":
            if line and not line.lstrip().startswith("#"):
                return None
            continue
        prefix, _, rest = line.partition(",")
        if not header:
            if prefix != "prefix":
                return None
            header = line
            continue
        location = attributes.get(rest)
        if location is None:
            read = _attributes(header, line, file)
            if read is None or len(attributes) >= MOST_PLAIN:
                return None
            location = attributes[rest] = read
        network = _network(prefix)
        if network is None:
            return None
        rows.append(Row(network, _seen_at(location, f"overlay {file}:{number}")))
    different = {(row.network.version, int(row.network.network_address), row.network.prefixlen) for row in rows}
    if not rows or len(different) < len(rows):
        return None
    return tuple(rows)


def _attributes(header: str, line: str, file: str) -> Location | None:
    try:
        lines, faults = read_table(f"{header}\n{line}", file, COLUMNS)
    except Faults:
        return None
    return None if faults or any(_faults(lines[0])) else _location(lines[0])


def _network(text: str) -> Network | None:
    """A prefix in its usual form. Four octets and a length need no more than a look at each."""
    address, _, length = text.partition("/")
    parts = address.split(".")
    try:
        if len(parts) == 4:
            one, two, three, four = map(_OCTETS.__getitem__, parts)
            return IPv4Network((one << 24 | two << 16 | three << 8 | four, _LENGTHS[length]))
        return ip_network(text)
    except (KeyError, ValueError):
        return None


def _seen_at(location: Location, source: str) -> Location:
    return Location(
        location.continent,
        location.country,
        location.subdivision,
        location.coordinates,
        location.asn,
        source=source,
    )


def _location(line: Line) -> Location:
    """The location of a row without faults."""

    def value(column: str) -> str | None:
        field = line.fields.get(column)
        return field.text if field else None

    subdivision, latitude, longitude = value("subdivision"), value("latitude"), value("longitude")
    code = value("country") or (subdivision and subdivision[:2])
    country = countries()[code] if code else None
    coordinates = (float(latitude), float(longitude)) if latitude and longitude else None
    number = _ASN.fullmatch(value("asn") or "")
    return Location(
        continent=value("continent") or (country.continent if country else None),
        country=code,
        subdivision=subdivision,
        coordinates=coordinates or (country.coordinates if country else None),
        asn=int(number[1]) if number else None,
        source=f"overlay {line.mark.file}:{line.mark.line}",
    )


def _faults(line: Line) -> Iterator[Fault]:
    """What is wrong with each field by itself, then with two together."""
    fields = line.fields
    for column, check in _CHECKS.items():
        field = fields.get(column)
        if field:
            yield from check(field)
    country, subdivision = fields.get("country"), fields.get("subdivision")
    if country and subdivision and country.text in countries() and subdivision.text[:2] != country.text:
        yield Fault(f"{subdivision.text} is not in {country.text}", subdivision.mark)
    if ("latitude" in fields) != ("longitude" in fields):
        alone = fields.get("latitude") or fields["longitude"]
        yield Fault("latitude and longitude go together", alone.mark, "write both or neither")


def _continent(field: Field) -> Iterator[Fault]:
    if field.text not in continents():
        near = get_close_matches(field.text.lower(), continents(), n=1) or [", ".join(continents())]
        yield Fault(f"unknown continent {field.text!r}", field.mark, f"write {near[0]}")


def _country(field: Field) -> Iterator[Fault]:
    if field.text not in countries():
        upper = field.text.upper()
        hint = f"write {upper}" if upper in countries() else "write the two capitals of ISO 3166-1, such as DE"
        yield Fault(f"unknown country {field.text!r}", field.mark, hint)


def _subdivision(field: Field) -> Iterator[Fault]:
    found = _SUBDIVISION.fullmatch(field.text)
    if not found or found[1] not in countries():
        yield Fault(f"{field.text!r} is no subdivision", field.mark, "write a code of ISO 3166-2, such as US-CA")


def _degrees(limit: int) -> Callable[[Field], Iterator[Fault]]:
    def check(field: Field) -> Iterator[Fault]:
        try:
            value = float(field.text)
        except ValueError:
            value = float("nan")
        if not isfinite(value) or abs(value) > limit:
            yield Fault(f"{field.text!r} is not in -{limit} to {limit} degrees", field.mark)

    return check


def _asn(field: Field) -> Iterator[Fault]:
    found = _ASN.fullmatch(field.text)
    if not found or int(found[1]) >= 2**32:
        yield Fault(f"{field.text!r} is no AS number", field.mark, "write a number below 4294967296, such as 64500")


_CHECKS: Mapping[str, Callable[[Field], Iterator[Fault]]] = {
    "continent": _continent,
    "country": _country,
    "subdivision": _subdivision,
    "latitude": _degrees(90),
    "longitude": _degrees(180),
    "asn": _asn,
}
