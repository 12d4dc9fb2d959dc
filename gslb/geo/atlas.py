"""The atlas: everything that is known of where clients are, and where one of them is.

networks ─┐                                          ┌─ overlay row, if any
overlay  ─┼─► Rulebook (a state at each prefix) ─┐   │  else reserved
reserved ─┤                                      ├───┤  else what the databases say
latency, ─┘   databases ──► Merged (ranges) ─────┘   └─ and always: networks, latency, what was measured
measured
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from gslb.geo.database import Database
from gslb.geo.flattened import Flattened, flatten
from gslb.geo.location import Location
from gslb.geo.measured import MeasuredRow
from gslb.geo.merged import Merged, merge
from gslb.geo.overlays import Row
from gslb.geo.rules import Rulebook, write_rules
from gslb.geo.shipped import countries
from gslb.geo.space import V4, V6
from gslb.model import Address, LatencyRow, Network

FORMAT = 3  # counts what `to_bytes` writes and what flattening means


@dataclass(frozen=True, slots=True)
class Build:
    """Which database went into an atlas, and when it was built (wall-clock seconds)."""

    name: str
    built: float


@dataclass(frozen=True, slots=True)
class Atlas:
    """Where every client is. Make it with `build`; keep it as bytes under its `digest`, which names its inputs."""

    digest: str
    databases: tuple[Build, ...]
    book: Rulebook
    merged: Merged
    flat: Flattened

    @classmethod
    def build(
        cls,
        databases: Sequence[Database] = (),
        overlay: Sequence[Row] = (),
        networks: Mapping[str, Sequence[Network]] | None = None,
        asns: Mapping[str, Sequence[int]] | None = None,
        latency: Sequence[LatencyRow] = (),
        measured: Sequence[MeasuredRow] = (),
    ) -> Atlas:
        """`networks` and `asns` are what stands under `networks:`, by name; `networks` also has each CIDR that a policy
        names itself, its text as the key. A latency row that matches nothing known raises Faults."""
        networks, asns = networks or {}, asns or {}
        book = write_rules(overlay, networks, asns, latency, measured)
        merged = merge(databases)
        return cls(
            digest=digest_of(databases, overlay, networks, asns, latency, measured),
            databases=tuple(Build(database.name, database.built) for database in databases),
            book=book,
            merged=merged,
            flat=flatten(book, merged),
        )

    def locate(self, address: Address, bits: int | None = None) -> Location:
        """Where a client is: a sender's whole address, or (`bits`) an ECS prefix of that length.

        For a prefix, networks, overlay rows, reserved prefixes and latency rows longer than it do not count, and
        databases are read at its first address. It is not cut to /24 or /56 here.
        """
        space, prefixes, places = (
            (V4, self.book.v4, self.merged.v4) if address.version == 4 else (V6, self.book.v6, self.merged.v6)
        )
        bits = space.width if bits is None else bits
        masked = space.mask(int(address), bits)
        place = self.merged.places[places.at(masked >> space.shift)]
        return self.book.locate(prefixes.match(masked, bits), place)

    def to_bytes(self) -> bytes:
        """For a file of our own, to be read back by the same release: `from_bytes`."""
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def from_bytes(data: bytes) -> Atlas:
        """What `to_bytes` wrote; TypeError for another value. Only for files in our own state directory."""
        atlas = pickle.loads(data)  # noqa: S301 - written by us, where only we write
        if not isinstance(atlas, Atlas):
            raise TypeError(f"not an atlas: {type(atlas).__name__}")
        return atlas


def digest_of(
    databases: Iterable[Database] = (),
    overlay: Iterable[Row] = (),
    networks: Mapping[str, Iterable[Network]] | None = None,
    asns: Mapping[str, Sequence[int]] | None = None,
    latency: Iterable[LatencyRow] = (),
    measured: Iterable[MeasuredRow] = (),
) -> str:
    """The name of the atlas that these inputs would build: whoever has it stored need not build it."""
    content = blake2b(digest_size=16)

    def add(*parts: object) -> None:
        content.update(repr(parts).encode())

    add(FORMAT, sorted(countries().items()))
    add([(database.role, database.name, database.digest) for database in databases])
    for row in overlay:
        content.update(_spelled(row).encode())
    for key, prefixes in (networks or {}).items():
        add(key, [(prefix.version, int(prefix.network_address), prefix.prefixlen) for prefix in prefixes])
    add(list((asns or {}).items()))
    for line in latency:
        add(line.match, line.region, line.milliseconds)
    for found in measured:
        add(str(found.match), found.measured)
    return content.hexdigest()


def _spelled(row: Row) -> str:
    """All that an overlay row says."""
    network, place = row.network, row.location
    where = (place.continent, place.country, place.subdivision, place.coordinates, place.asn, place.source)
    return f"{network.version} {int(network.network_address)}/{network.prefixlen} {where}\n"
