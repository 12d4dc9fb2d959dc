"""Plain lines: A, AAAA and TXT records of one line each, read by whole runs; what is not plain is left to the lexer.

    host1 300 IN A 192.0.2.1     ┐                     ┌─ b"host1": one record as wire
    host2     AAAA 2001:db8::1   ├─► names, by their ──┼─ b"host2": one
    host2     TXT "a b"          ┘   labels below the  └─ …         two, one behind the other
                                     apex, dots between

A record as wire is all of it but its owner: type, class, TTL, length, data (RFC 1035, section 3.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dns.name import Name
from dns.rdata import Rdata, from_wire
from dns.rdataclass import IN
from dns.rdatatype import RdataType

from gslb.zone.lexer import Place
from gslb.zone.rrset import fold

MAX_TTL = 2**31 - 1  # RFC 2181, section 8
REACH = 1 << 21  # characters read at once
_OWNER = r"[a-z0-9_-]{1,63}+(?:\.[a-z0-9_-]{1,63}+)*+\.?+"
_TIMES = r"[ \t]++(?:([0-9]{1,10}+)[ \t]++)?+(?:(?:IN|in)[ \t]++)?+"
_DATA = (
    r"(?:A[ \t]++([0-9]{1,3}+\.[0-9]{1,3}+)\.([0-9]{1,3}+\.[0-9]{1,3}+)"
    r"|AAAA[ \t]++([0-9a-fA-F:]{2,39}+)"
    r'|TXT[ \t]++"([ !#-\[\]-~]{1,255}+)")\n'
)
_LINE = re.compile(f"({_OWNER}){_TIMES}{_DATA}".encode())
_RUN = re.compile(f"(?:{_OWNER}{_TIMES}{_DATA})*+")
_PLAIN_NAME = re.compile(r"\.|(?:[a-z0-9_-]+\.)+")


class Taken(NamedTuple):
    """Where a run of plain lines ends, how many they were, and what the line behind them inherits."""

    stop: int
    lines: int
    owner: Name
    last_ttl: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """Lines that followed each other: names and records of each. `before`: so many other records stand before it."""

    before: int
    place: Place
    line: int
    keys: Sequence[bytes]
    records: Sequence[bytes]


class _UnplainError(Exception):
    """Something in a run is for the lexer after all."""


class _Pairs(dict[bytes, bytes]):
    """Two decimal octets with a dot between, as two octets; never more than 65,536 of them."""

    def __missing__(self, text: bytes) -> bytes:
        high, _, low = text.partition(b".")
        octets = (int(high), int(low))
        if max(octets) > 255 or text != b"%d.%d" % octets:
            raise _UnplainError
        pair = self[text] = bytes(octets)
        return pair


class _Groups(dict[bytes, bytes]):
    """Up to four hexadecimal digits, as two octets."""

    def __missing__(self, text: bytes) -> bytes:
        if not 1 <= len(text) <= 4:
            raise _UnplainError
        group = self[text] = int(text, 16).to_bytes(2, "big")
        return group


_PAIRS, _GROUPS = _Pairs(), _Groups()


class Plain:
    """The plain names of one zone: `names` has the records of each, by key, in the order written.

    `several` are those with more than one record.
    """

    def __init__(self, apex: Name, reach: int = REACH) -> None:
        self.apex = apex
        self.names: dict[bytes, bytes] = {}
        self.several: set[bytes] = set()
        self._runs: list[Run] = []
        self._reach = self._most = reach
        text = apex.to_text()
        self._able = _PLAIN_NAME.fullmatch(text) is not None
        self._end = b"." if text == "." else f".{text}".encode()
        self._room = 254 - sum(len(label) + 1 for label in apex.labels)

    def take(
        self,
        text: str,
        position: int,
        line: int,
        place: Place,
        origin: Name,
        ttls: tuple[int | None, int | None],
        before: int,
    ) -> Taken | None:
        """Read the plain lines at `position`, in `line`, the start of a line. None: the first is for the lexer.

        `ttls` are the default and the last; `before` counts the records that are not plain, so far.
        """
        tail = self._tail(origin)
        first = text.find("\n", position) + 1  # where the next line starts
        end = min(len(text), max(position + self._reach, first))
        while tail is not None and (run := _RUN.match(text, position, end)) and run.end() > position:
            try:
                keys, records, last = self._read(text[position : run.end()].encode(), tail, *ttls)
            except _UnplainError:
                if run.end() <= first:
                    break
                end = max(first, text.rfind("\n", position, (position + run.end()) // 2) + 1)
                self._reach = end - position
                continue
            self._reach = min(4 * self._reach, self._most)
            self._runs.append(Run(before, place, line, keys, records))
            self._add(keys, records)
            return Taken(run.end(), len(keys), self.name(keys[-1]), last)
        return None

    def _tail(self, origin: Name) -> bytes | None:
        """What goes behind a relative owner to make its key; None where names there cannot be plain."""
        if not self._able or not origin.is_subdomain(self.apex):
            return None
        labels = origin.labels[: len(origin) - len(self.apex)]
        tail = b"".join(b"." + label for label in labels)
        return tail if len(labels) == tail.count(b".") and tail == tail.lower() else None

    def _read(
        self, block: bytes, tail: bytes, default: int | None, last: int | None
    ) -> tuple[list[bytes], list[bytes], int | None]:
        """The keys and records of plain lines, and the TTL written last."""
        lines: list[tuple[bytes, ...]] = _LINE.findall(block)
        owners, ttls, high, low, sixes, texts = zip(*lines, strict=True)
        keys = list(owners)
        if b". " in block or b".\t" in block:
            keys = [self._key(owner, tail) for owner in owners]
        elif tail:
            keys = [owner + tail for owner in owners]
        if max(map(len, keys)) > self._room:
            raise _UnplainError
        if default is None and b"" in ttls:
            ttls, last = _inherit(ttls, last)
        elif any(ttls):
            last = int(next(filter(None, reversed(ttls))))
        written = {ttl: int(ttl) if ttl else default or 0 for ttl in set(ttls)}
        if max(written.values()) > MAX_TTL:
            raise _UnplainError
        heads = {ttl: b"\0\1\0\1%b\0\4" % seconds.to_bytes(4, "big") for ttl, seconds in written.items()}
        pairs = _PAIRS
        if any(sixes) or any(texts):
            rows = zip(ttls, high, low, sixes, texts, strict=True)
            records = [
                heads[ttl] + pairs[a] + pairs[b] if a else _other(heads[ttl], six, txt) for ttl, a, b, six, txt in rows
            ]
        elif len(heads) == 1:
            (head,) = heads.values()
            records = [head + pairs[a] + pairs[b] for a, b in zip(high, low, strict=True)]
        else:
            records = [heads[ttl] + pairs[a] + pairs[b] for ttl, a, b in zip(ttls, high, low, strict=True)]
        return keys, records, last

    def _key(self, owner: bytes, tail: bytes) -> bytes:
        if not owner.endswith(b"."):
            return owner + tail
        if not owner.endswith(self._end):
            raise _UnplainError
        return owner[: -len(self._end)]

    def _add(self, keys: Sequence[bytes], records: Sequence[bytes]) -> None:
        names, several = self.names, self.several
        for key, record in zip(keys, records, strict=True):
            if key in names:
                names[key] += record
                several.add(key)
            else:
                names[key] = record

    def key(self, name: Name) -> bytes | None:
        """The key of a name, whatever it holds; None for names that cannot be plain, nor lead to plain ones."""
        labels, top = fold(name), fold(self.apex)
        own = labels[: -len(top)]
        return b".".join(own) if labels[-len(top) :] == top and not any(b"." in label for label in own) else None

    def name(self, key: bytes) -> Name:
        """The name of a key."""
        return Name((*key.split(b"."), *self.apex.labels))

    def give(self, keys: Iterable[bytes]) -> Iterator[tuple[int, Name, int, Rdata, Place, int]]:
        """Take names away again. Their records, in the order written: before which, owner, TTL, data, place, line."""
        going = {key for key in keys if self.names.pop(key, None) is not None}
        self.several -= going
        for run in self._runs if going else ():
            for at, key in enumerate(run.keys):
                if key in going:
                    ttl, rdata = read_record(run.records[at])
                    yield run.before, self.name(key), ttl, rdata, run.place, run.line + at

    def between(self) -> set[bytes]:
        """Names that only lead to others (RFC 4592, section 2.2.2)."""
        found = set()
        for key in self.names:
            _, dot, above = key.partition(b".")
            while dot and above not in found and above not in self.names:
                found.add(above)
                _, dot, above = above.partition(b".")
        return found

    def settle(self) -> set[bytes]:
        """Put the records of every name in order of type; those with something to be said against are returned."""
        unwise = set()
        for key in self.several:
            records = sorted(split_records(self.names[key]), key=_kind)
            ttls = {(record[:2], record[4:8]) for record in records}
            if len({record[:2] + record[8:] for record in records}) < len(records) or len(ttls) > len(
                {kind for kind, _ in ttls}
            ):
                unwise.add(key)
            self.names[key] = b"".join(records)
        return unwise

    def below(self, tops: set[bytes]) -> Iterator[bytes]:
        """The names below any of these."""
        if b"" in tops:
            yield from self.names
        elif tops:
            for key in self.names:
                _, dot, above = key.partition(b".")
                while dot:
                    if above in tops:
                        yield key
                        break
                    _, dot, above = above.partition(b".")


def _inherit(ttls: tuple[bytes, ...], last: int | None) -> tuple[tuple[bytes, ...], int | None]:
    """TTLs with those filled in that were left out, as the last one written; and the last of all."""
    filled = []
    inherited = b"" if last is None else b"%d" % last
    for ttl in ttls:
        inherited = ttl or inherited
        filled.append(inherited)
    if not filled[0]:
        raise _UnplainError
    return tuple(filled), int(inherited)


def _other(head: bytes, six: bytes, text: bytes) -> bytes:
    """An AAAA or a TXT; `head` is that of an A with its TTL."""
    if not six:
        return b"\0\x10%b%b%c%b" % (head[2:8], (len(text) + 1).to_bytes(2, "big"), len(text), text)
    left, gap, right = six.partition(b"::")
    before, after = left.split(b":") if left else [], right.split(b":") if right else []
    missing = 8 - len(before) - len(after)
    if missing < 2 if gap else missing:
        raise _UnplainError
    groups = _GROUPS
    address = (
        b"".join([groups[word] for word in before]) + bytes(2 * missing) + b"".join([groups[word] for word in after])
    )
    return b"\0\x1c%b\0\x10%b" % (head[2:8], address)


def _kind(record: bytes) -> bytes:
    return record[:2]


def split_records(content: bytes) -> Iterator[bytes]:
    """Records that stand one behind the other."""
    at = 0
    while at < len(content):
        end = at + 10 + int.from_bytes(content[at + 8 : at + 10], "big")
        yield content[at:end]
        at = end


def read_record(record: bytes) -> tuple[int, Rdata]:
    """A record's TTL and data."""
    rdtype = RdataType(int.from_bytes(record[:2], "big"))
    return int.from_bytes(record[4:8], "big"), from_wire(IN, rdtype, record, 10, len(record) - 10)
