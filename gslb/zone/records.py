"""Records as wire, from their type on: type, class, TTL, length, data (RFC 1035, section 3.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from dns.rdata import Rdata, from_wire
from dns.rdataclass import IN
from dns.rdatatype import RdataType

FIXED = 10  # octets before the data


def split_records(content: bytes) -> Iterator[bytes]:
    """Records that stand one behind the other."""
    at = 0
    while at < len(content):
        end = at + FIXED + int.from_bytes(content[at + 8 : at + FIXED], "big")
        yield content[at:end]
        at = end


def read_record(record: bytes) -> tuple[int, Rdata]:
    """A record's TTL and data."""
    rdtype = RdataType(int.from_bytes(record[:2], "big"))
    return int.from_bytes(record[4:8], "big"), from_wire(IN, rdtype, record, FIXED, len(record) - FIXED)


def kind(record: bytes) -> bytes:
    """Its type, as octets that sort as types do."""
    return record[:2]
