"""Plain lines read by regular expressions: where there is no compiled reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dns.name import Name

from gslb.zone.packed import Packed, pack
from gslb.zone.plain import MAX_TTL, Found, Plain
from gslb.zone.records import kind, split_records
from gslb.zone.rrset import Key

MANY = 64  # records of a name: one with more is looked through otherwise
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


class Lines(Plain):
    """Plain names in a dictionary: of each, its records in the order written."""

    def __init__(self, apex: Name, reach: int = REACH) -> None:
        super().__init__(apex)
        self.names: dict[bytes, bytes] = {}
        self._several: set[bytes] = set()  # names with more than one record
        self._read_so_far: list[tuple[int, Sequence[bytes], Sequence[bytes]]] = []  # line, keys, records of each run
        self._reach = self._most = reach
        text = apex.to_text()
        self._end = b"." if text == "." else f".{text}".encode()
        self._room = 254 - sum(len(label) + 1 for label in apex.labels)

    def _run(
        self, text: str, position: int, line: int, tail: bytes, default: int | None, last: int | None
    ) -> Found | None:
        first = text.find("\n", position) + 1  # where the next line starts
        end = min(len(text), max(position + self._reach, first))
        while (run := _RUN.match(text, position, end)) and run.end() > position:
            try:
                keys, records, last_ttl = self._read(text[position : run.end()].encode(), tail, default, last)
            except _UnplainError:
                if run.end() <= first:
                    break
                end = max(first, text.rfind("\n", position, (position + run.end()) // 2) + 1)
                self._reach = end - position
                continue
            self._reach = min(4 * self._reach, self._most)
            self._read_so_far.append((line, keys, records))
            self._add(keys, records)
            return run.end(), len(keys), keys[-1], last_ttl
        return None

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
        names, several = self.names, self._several
        for key, record in zip(keys, records, strict=True):
            if key in names:
                names[key] += record
                several.add(key)
            else:
                names[key] = record

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, key: object) -> bool:
        return key in self.names

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.names)

    def _given(self, keys: set[bytes]) -> Iterator[tuple[int, bytes, bytes, int]]:
        for key in keys:
            del self.names[key]
        self._several -= keys
        number = 0
        for line, run, records in self._read_so_far if keys else ():
            for at, key in enumerate(run):
                if key in keys:
                    yield number + at, key, records[at], line + at
            number += len(run)

    def settle(self) -> set[bytes]:
        return {key for key in self._several if _unwise([*split_records(self.names[key])])}

    def below(self, tops: Iterable[bytes]) -> Iterator[bytes]:
        above = set(tops)
        for key in self.names if above else ():
            if b"" in above or any(one in above for one in _ancestors(key)):
                yield key

    def pack(self, known: Iterable[Key]) -> Packed:
        names, own = self.names, -len(self.apex.labels)
        above = {b".".join(key[:own]) for key in known if not any(b"." in label for label in key[:own])}
        for key in self._several:
            ordered = sorted(split_records(names[key]), key=kind)
            names[key] = b"".join(ordered)
        leading: dict[bytes, bytes] = {}
        for key in names:
            for one in _ancestors(key):
                if one in names or one in leading:
                    break
                if one not in above:
                    leading[one] = b""
        return pack(names | leading if leading else names, self.apex)


def _ancestors(key: bytes) -> Iterator[bytes]:
    """The keys above one, the nearest first, without the apex."""
    _, dot, above = key.partition(b".")
    while dot:
        yield above
        _, dot, above = above.partition(b".")


def _unwise(records: Sequence[bytes]) -> bool:
    """Whether there is something to be said against the records of a name."""
    kinds = {kind(record) for record in records}
    twice = len({kind(record) + record[8:] for record in records}) < len(records)
    return twice or len(records) > MANY or len({(kind(record), record[4:8]) for record in records}) > len(kinds)


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
