"""Text to zone: read, check, build; a whole zone or every fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

import dns.name
from dns.name import Name, NameTooLong
from dns.rdatatype import RdataType

from gslb.model import Faults, ZoneSource
from gslb.zone.build import build
from gslb.zone.compiled import plain_names
from gslb.zone.conflicts import check_conflicts
from gslb.zone.draft import Draft, draw_up, made_soa
from gslb.zone.lexer import Place
from gslb.zone.plain import Plain
from gslb.zone.reader import LARGE, Reader
from gslb.zone.references import check_references
from gslb.zone.rrset import RRset
from gslb.zone.sources import Noted
from gslb.zone.targets import host
from gslb.zone.tree import Zone

MANY = 1000
NOTHING: Mapping[Name, frozenset[RdataType]] = MappingProxyType({})


def load(
    source: ZoneSource,
    read: Callable[[str], str],
    steered: Mapping[Name, frozenset[RdataType]] = NOTHING,
    *,
    before: Zone | None = None,
    large: int = LARGE,
    many: int = MANY,
    plain: Callable[[Name], Plain] | None = None,
) -> Zone:
    """The zone that a source describes.

    `read` gives a file's text for its path (OSError or UnicodeDecodeError when it cannot); a path in $INCLUDE starts
    from the folder of its file. `steered` are the names that a policy answers here, with the types it answers. Without
    `source.file` a missing SOA is made. Raises Faults with all that is wrong; the unwise is in `Zone.warnings`.

    In texts of `large` characters or more, names that hold only plain records, with nothing to be said against them,
    are kept packed where there are `many`; `plain` makes what reads them. `before` is returned where it was loaded from
    the very same by this program.
    """
    if before is not None and before.sources.unchanged(source, read, steered):
        return before
    apex = dns.name.from_text(source.name)
    noted = Noted(read)
    reader = Reader(noted, (plain or plain_names)(apex), large)
    if source.file is not None:
        reader.file(source.file, apex, source.mark)
    if source.records:
        start = source.records_mark
        place = Place(start.file, start.line, start.column) if start else Place(f"{source.name} records")
        reader.text(source.records, place, apex)
    _keep_plain(reader, steered, many)
    draft = draw_up(apex, reader.records, steered, source.mark)
    check_conflicts(draft)
    complete = not reader.faults  # a line that could not be read may be the one that is missed
    soa = _soa(draft, may_make=source.file is None, complete=complete)
    zone = build(draft, soa, reader.plain)
    check_references(zone, draft, complete)
    faults = (*reader.faults, *draft.faults)
    if faults:
        raise Faults(*faults)
    return replace(zone, warnings=tuple(draft.warnings), sources=noted.sources(source, steered))


def _keep_plain(reader: Reader, steered: Iterable[Name], many: int) -> None:
    """Leave only those names plain that no check has anything to say about: they stand alone, at and below nothing."""
    plain = reader.plain
    if not len(plain):
        return
    placed = [(plain.key(record.name), record.rdata.rdtype) for record in reader.records]
    tops = {key for key, rdtype in placed if key and rdtype == RdataType.NS}
    tops |= {key for key, rdtype in placed if key is not None and rdtype == RdataType.DNAME}
    others = {key for key, _ in placed} | {plain.key(name) for name in steered}
    going = {key for key in others if key is not None and key in plain} | plain.settle() | {*plain.below(tops)}
    reader.take_back({*plain} if len(plain) - len(going) < many else going)


def _soa(draft: Draft, may_make: bool, complete: bool) -> RRset:
    """The zone's SOA, or one that stands in for it, so that checking can go on after a fault."""
    servers = [*draft.top.records.get(RdataType.NS, {}).values()]
    if complete and not servers:
        draft.fault(f"{draft.apex} has no NS records", draft.top.mark, "add: @ NS ns1, for each server of this zone")
    written = [*draft.top.records.get(RdataType.SOA, {}).values()]
    if written:
        record = written[0]
        minimum: int = record.rdata.minimum  # type: ignore[attr-defined]  # a SOA has one
        return RRset(record.name, RdataType.SOA, minimum if record.ttl is None else record.ttl, (record.rdata,))
    if complete and not may_make:
        draft.fault(f"{draft.apex} has no SOA record", None, "add: @ SOA ns1 hostmaster 1 2h 15m 2w 1h")
    if complete:
        _need_ttls(draft)
    try:
        return made_soa(draft.apex, host(servers[0].rdata) if servers else draft.apex)
    except NameTooLong:
        draft.fault(f"hostmaster.{draft.apex} is too long a name", None, "write an SOA record")
        return made_soa(dns.name.root, draft.apex)


def _need_ttls(draft: Draft) -> None:
    bare = [
        record
        for written in draft.places.values()
        for records in written.records.values()
        for record in records.values()
        if record.ttl is None
    ]
    if bare:
        others = f", and {len(bare) - 1} more like it" if bare[1:] else ""
        draft.fault(f"this record has no TTL{others}", bare[0].mark, "write $TTL 1h above it, or 1h before its type")
