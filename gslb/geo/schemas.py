"""What the records of each vendor's database mean: one table from a database's type to a reader of its records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gslb.geo.location import Location
from gslb.geo.shipped import countries
from gslb.model import Fault, Faults, Mark, refuse

Record = Mapping[str, object]

ROLES = ("city", "country", "asn")  # in the order in which they are asked

_CONTINENTS = {
    "AF": "africa",
    "AN": "antarctica",
    "AS": "asia",
    "EU": "europe",
    "NA": "north-america",
    "OC": "oceania",
    "SA": "south-america",
}


def _nested(record: Record) -> Location:
    """MaxMind's records, and those of DB-IP's own files: {country: {iso_code}, location: {latitude, ...}, ...}."""

    def inside(outer: str, inner: str) -> object:
        part = record.get(outer)
        return part.get(inner) if isinstance(part, Mapping) else None

    country = _country(inside("country", "iso_code")) or _country(inside("registered_country", "iso_code"))
    divisions = record.get("subdivisions")
    first = divisions[0] if isinstance(divisions, list) and divisions else None
    code = first.get("iso_code") if isinstance(first, Mapping) else None
    return Location(
        continent=_CONTINENTS.get(str(inside("continent", "code"))),
        country=country,
        subdivision=f"{country}-{code}" if country and code else None,
        coordinates=_coordinates(inside("location", "latitude"), inside("location", "longitude")),
        asn=_number(inside("traits", "autonomous_system_number")),
    )


def _flat(record: Record) -> Location:
    """The records of ip-location-db: {country_code, latitude, longitude, ...}; `state1` is a name, no code."""
    return Location(
        country=_country(record.get("country_code")),
        coordinates=_coordinates(record.get("latitude"), record.get("longitude")),
    )


def _system(record: Record) -> Location:
    return Location(asn=_number(record.get("autonomous_system_number")))


def _country(code: object) -> str | None:
    """A country; codes for more than one (EU, AP) are none."""
    return code if isinstance(code, str) and code in countries() else None


def _coordinates(latitude: object, longitude: object) -> tuple[float, float] | None:
    """Rounded to four decimals, eleven metres: files hold single-precision numbers with noise behind that."""
    if isinstance(latitude, float | int) and isinstance(longitude, float | int):
        return round(float(latitude), 4), round(float(longitude), 4)
    return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


@dataclass(frozen=True, slots=True)
class Schema:
    """Databases whose `database_type` matches, the roles they can play, and how one record of theirs is read."""

    known_as: str
    types: str  # a regular expression for the whole of database_type
    roles: tuple[str, ...]
    read: Callable[[Record], Location]


SCHEMAS = (
    Schema("GeoLite2-Country, GeoIP2-Country", r"Geo(Lite2|IP2)-Country", ("country",), _nested),
    Schema("GeoLite2-City, GeoIP2-City", r"Geo(Lite2|IP2)-City(-[A-Z][A-Za-z-]+)?", ("city", "country"), _nested),
    Schema("GeoIP2-Enterprise", r"GeoIP2-(Precision-)?Enterprise", ("city", "country", "asn"), _nested),
    Schema("GeoLite2-ASN, GeoIP2-ISP", r"GeoLite2-ASN|GeoIP2-ISP", ("asn",), _system),
    Schema("DBIP-Country", r"DBIP-Country(-Lite)?|DBIP-Location \(compat=Country\)", ("country",), _nested),
    Schema("DBIP-City", r"DBIP-City(-Lite)?|DBIP-Location \(compat=City\)", ("city", "country"), _nested),
    Schema("DBIP-Location-ISP", r"DBIP-Location-ISP \(compat=Enterprise\)", ("city", "country", "asn"), _nested),
    Schema("DBIP-ASN", r"DBIP-ASN(-Lite)?( \(compat=GeoLite2-ASN\))?", ("asn",), _system),
    Schema("country (ip-location-db)", r"country ipv(4|6|All)", ("country",), _flat),
    Schema("city (ip-location-db)", r"city ipv(4|6|All)", ("city", "country"), _flat),
    Schema("asn (ip-location-db)", r"asn ipv(4|6|All)", ("asn",), _system),
)


def schema_for(role: str, kind: str, name: str, mark: Mark | None = None) -> Schema:
    """The schema of a database of type `kind`, or a fault that says what would do; `name` is the file, for people."""
    if role not in ROLES:
        refuse(f"{role!r} is no role of a location database", mark, f"write one of {', '.join(ROLES)}")
    for schema in SCHEMAS:
        if re.fullmatch(schema.types, kind):
            if role not in schema.roles:
                refuse(f"{name} is a database {kind!r}", mark, f"write it under {schema.roles[0]}, not {role}")
            return schema
    known = "; ".join(schema.known_as for schema in SCHEMAS if role in schema.roles)
    raise Faults(Fault(f"{name} is a database {kind!r}, which is not known", mark, f"known for {role}: {known}"))
