"""Location databases in MaxMind's file format: opened by role, flattened to sorted ranges, dated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as changed
from hashlib import blake2b
from io import BytesIO
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import maxminddb

from gslb.geo.location import Location
from gslb.geo.schemas import Schema, schema_for
from gslb.geo.search_tree import SearchTree
from gslb.geo.shipped import COUNTRY_DATABASE
from gslb.geo.space import V4, V6
from gslb.geo.steps import Steps, packed
from gslb.model import Address, Mark, refuse

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Flat:
    """A database as step functions whose values index `places`.

    IPv4 starts are whole addresses, IPv6 starts the upper 64 bits: a database is read at the first address of a /64.
    """

    v4: Steps | None  # None: it knows nothing of the family
    v6: Steps | None
    places: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. `built` is wall-clock seconds, `digest` names its content, `name` is the file for people."""

    role: str
    name: str
    kind: str
    built: float
    digest: str
    schema: Schema
    reader: maxminddb.Reader
    data: bytes

    def get(self, address: Address) -> Location | None:
        """What it says of one address: one look-up in the file, for those who need no more."""
        record = self.reader.get(address)
        return self._place(record) if isinstance(record, dict) else None

    def flatten(self) -> Flat:
        """The whole database as ranges: about half a second for 430 thousand of them."""
        try:
            tree = SearchTree.read(self.data, self.reader.metadata())
            places: dict[Location, int] = {Location(): 0}
            by_record: dict[int, int] = {tree.EMPTY: 0}

            def ranges(
                walked: tuple[list[int], list[int]], address_of: Callable[[int], Address], typecode: str
            ) -> Steps:
                starts, records = walked
                for start, record in zip(starts, records, strict=True):
                    if record not in by_record:
                        place = self.get(address_of(start)) or Location()
                        by_record[record] = places.setdefault(place, len(places))
                return Steps(*packed(typecode, starts, [by_record[record] for record in records]))

            v4, v6 = tree.v4(), tree.v6()
            return Flat(
                v4=ranges(v4, IPv4Address, V4.typecode) if v4 else None,
                v6=ranges(v6, lambda start: IPv6Address(start << V6.shift), V6.typecode) if v6 else None,
                places=tuple(places),
            )
        except (maxminddb.InvalidDatabaseError, ValueError) as error:
            refuse(f"{self.name} is damaged: {error}", hint="fetch it again")

    def _place(self, record: dict[str, object]) -> Location:
        return changed(self.schema.read(record), source=f"database {self.name}")


def open_database(role: str, source: Path | str | bytes, name: str = "", mark: Mark | None = None) -> Database:
    """Open a database for a role: "country", "city" or "asn". `source` is a path or the file's bytes.

    What kind it is, its own metadata say. A file that cannot be read, a kind that is not known and a kind that cannot
    play the role are faults at `mark`, saying what would do.
    """
    name = name or (Path(source).name if isinstance(source, Path | str) else "database")
    try:
        if isinstance(source, bytes):
            data = source
            reader = maxminddb.open_database(BytesIO(data), maxminddb.MODE_FD)
        else:
            data = Path(source).read_bytes()
            reader = maxminddb.open_database(source)
    except OSError as error:
        refuse(f"cannot read {name}: {error.strerror}", mark, "give the path of a .mmdb file that this user may read")
    except (maxminddb.InvalidDatabaseError, ValueError) as error:
        refuse(f"{name} is no location database: {error}", mark, "give a file in MaxMind's format (.mmdb)")
    metadata = reader.metadata()
    return Database(
        role=role,
        name=name,
        kind=metadata.database_type,
        built=float(metadata.build_epoch),
        digest=blake2b(data, digest_size=16).hexdigest(),
        schema=schema_for(role, metadata.database_type, name, mark),
        reader=reader,
        data=data,
    )


def shipped_database() -> Database:
    """The country database that comes with the package."""
    return open_database("country", COUNTRY_DATABASE)


def age_warnings(databases: Iterable[Database], wall: float, warn_after: float) -> tuple[str, ...]:
    """A sentence for each database built more than `warn_after` seconds before `wall` (wall-clock seconds)."""
    return tuple(
        f"{database.name} was built {(wall - database.built) / DAY:.0f} days ago, and networks move: fetch a newer one "
        f"(warn_after is {warn_after / DAY:.0f}d)"
        for database in databases
        if wall - database.built > warn_after
    )
