"""Queries as octets, made by hand so that they can be wrong in every way; replies taken apart the slow way."""

from dataclasses import dataclass
from struct import pack, unpack_from

A, AAAA, ANY = 1, 28, 255


def name_of(text: str) -> bytes:
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def opt(
    payload: int = 1232, options: bytes = b"", version: int = 0, flags: int = 0, root: bytes = b"\0", kind: int = 41
) -> bytes:
    return root + pack(">HHBBHH", kind, payload, 0, version, flags, len(options)) + options


def option(code: int, value: bytes = b"") -> bytes:
    return pack(">HH", code, len(value)) + value


def subnet(address: bytes, source: int, family: int = 1, scope: int = 0, code: int = 8) -> bytes:
    """An EDNS Client Subnet option; the address is taken as it is."""
    return option(code, pack(">HBB", family, source, scope) + address)


def query(
    name: bytes | str,
    rdtype: int = A,
    additional: bytes = b"",
    *,
    id_: int = 0xBEEF,
    flags: int = 0x0100,
    rdclass: int = 1,
    counts: tuple[int, int, int, int] | None = None,
) -> bytes:
    """A query with one question and, if `additional` is given, one additional record."""
    if isinstance(name, str):
        name = name_of(name)
    counts = counts or (1, 0, 0, int(bool(additional)))
    return pack(">HHHHHH", id_, flags, *counts) + name + pack(">HH", rdtype, rdclass) + additional


@dataclass(frozen=True)
class Reply:
    """A reply to a query with a plain question: what stands where."""

    id: int
    flags: int
    counts: tuple[int, int, int, int]
    question: bytes
    records: bytes  # of the body
    opt: bytes  # the whole OPT record

    @property
    def scope(self) -> int:
        """Of an OPT record whose only option is a subnet."""
        return self.opt[11 + 4 + 3]

    @property
    def truncated(self) -> bool:
        return bool(self.flags & 0x0200)


def read(reply: bytes, asked: bytes) -> Reply:
    """Take a reply apart, given the query."""
    end = 12
    while asked[end]:
        end += asked[end] + 1
    end += 5
    id_, flags, *counts = unpack_from(">HHHHHH", reply)
    at = len(reply) - len(_opt_of(asked, end))
    return Reply(id_, flags, tuple(counts), reply[12:end], reply[end:at], reply[at:])


def _opt_of(asked: bytes, end: int) -> bytes:
    """As much as the reply's OPT record takes: eleven octets and the subnet."""
    if len(asked) == end:
        return b""
    at, size = end + 11, 11
    while at < len(asked):
        code, length = unpack_from(">HH", asked, at)
        if code == 8:
            size += 4 + length
        at += 4 + length
    return bytes(size)
