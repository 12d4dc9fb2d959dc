"""Bodies as a worker holds them: read once from the tables, ready to be put between a question and an OPT record."""

from __future__ import annotations

from functools import lru_cache

from gslb.image.body import Body, Trim
from gslb.image.layout import BODY, pack_body

QR, RD, CD = 0x8000, 0x0100, 0x0010
HAS_RD, HAS_CD, HAS_OPT = 1, 2, 4


class FlatBody:
    """A body, and its eight possible headers.

    `heads[HAS_RD | HAS_CD | HAS_OPT]` are octets 2 to 12 of a reply that carries it whole: flags and the four counts.
    """

    __slots__ = ("answers", "core", "counts", "flags", "glue", "heads", "name_length", "ordinal", "wire")

    def __init__(self, data: memoryview, offset: int) -> None:
        flags, trim, counts, core, length, name_length, ordinal = BODY.unpack_from(data, offset)
        start = offset + BODY.size
        self.wire = bytes(data[start : start + length])
        self.core: int = core
        self.flags: int = flags
        self.counts: bytes = counts
        self.answers = counts[:2] != b"\0\0"
        self.glue = bool(trim & Trim.GLUE)
        self.name_length: int = name_length
        self.ordinal: int = ordinal
        self.heads = heads(flags, counts)

    @staticmethod
    def of(body: Body) -> FlatBody:
        """A body that stands in no table."""
        return FlatBody(memoryview(pack_body(body)), 0)


@lru_cache(maxsize=1024)  # few bodies differ in these from all others
def heads(flags: int, counts: bytes) -> tuple[bytes, ...]:
    """Octets 2 to 12 of the header for every mix of RD, CD and OPT; `counts` are the sections' own, without OPT."""
    additionals = int.from_bytes(counts[4:], "big")
    with_opt = counts[:4] + (additionals + 1).to_bytes(2, "big")
    return tuple(
        (flags | QR | (RD if mix & HAS_RD else 0) | (CD if mix & HAS_CD else 0)).to_bytes(2, "big")
        + b"\0\1"
        + (with_opt if mix & HAS_OPT else counts)
        for mix in range(8)
    )


FlatTarget = tuple[FlatBody | int | None, int]  # what: a body, a row's number, None (forward); and its counter
