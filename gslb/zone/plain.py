"""Plain names: those with A, AAAA and TXT records only, each written on one line, which are read by whole runs.

host1 300 IN A 192.0.2.1     ┐                     ┌─ b"host1": one record as wire
host2     AAAA 2001:db8::1   ├─► names, by their ──┼─ b"host2": one
host2     TXT "a b"          ┘   labels below the  └─ …         two
                                 apex, dots between
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dns.name import Name
from dns.rdata import Rdata

from gslb.zone.lexer import Place
from gslb.zone.packed import Packed
from gslb.zone.records import read_record
from gslb.zone.rrset import Key, fold

MAX_TTL = 2**31 - 1  # RFC 2181, section 8
_PLAIN_NAME = re.compile(r"\.|(?:[a-z0-9_-]+\.)+")

Found = tuple[int, int, bytes, int | None]  # where a run ends, its lines, the last key, the last TTL written


class Taken(NamedTuple):
    """Where a run of plain lines ends, how many they were, and what the line behind them inherits."""

    stop: int
    lines: int
    owner: Name
    last_ttl: int | None


class Given(NamedTuple):
    """A record that was plain: so many that never were stand before it; where it was written."""

    before: int
    name: Name
    ttl: int
    rdata: Rdata
    place: Place
    line: int


class Plain(ABC):
    """The plain names of one zone, by key, and their records, numbered in the order written."""

    def __init__(self, apex: Name) -> None:
        self.apex = apex
        self._runs: list[tuple[int, int, Place]] = []  # first record, how many others stand before it, where
        self._count = 0
        self._able = _PLAIN_NAME.fullmatch(apex.to_text()) is not None

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
        found = None if tail is None else self._run(text, position, line, tail, *ttls)
        if found is None:
            return None
        stop, lines, key, last = found
        self._runs.append((self._count, before, place))
        self._count += lines
        return Taken(stop, lines, self.name(key), last)

    def _tail(self, origin: Name) -> bytes | None:
        """What goes behind a relative owner to make its key; None where names there cannot be plain."""
        if not self._able or not origin.is_subdomain(self.apex):
            return None
        labels = origin.labels[: len(origin) - len(self.apex)]
        tail = b"".join(b"." + label for label in labels)
        return tail if len(labels) == tail.count(b".") and tail == tail.lower() else None

    def key(self, name: Name) -> bytes | None:
        """The key of a name, whatever it holds; None for names that cannot be plain, nor lead to plain ones."""
        labels, top = fold(name), fold(self.apex)
        own = labels[: -len(top)]
        return b".".join(own) if labels[-len(top) :] == top and not any(b"." in label for label in own) else None

    def name(self, key: bytes) -> Name:
        """The name of a key."""
        return Name((*key.split(b"."), *self.apex.labels))

    def give(self, keys: Iterable[bytes]) -> Iterator[Given]:
        """Take names away again. Their records come in the order written."""
        firsts = [first for first, _, _ in self._runs]
        for number, key, record, line in self._given({key for key in keys if key in self}):
            _, before, place = self._runs[bisect_right(firsts, number) - 1]
            yield Given(before, self.name(key), *read_record(record), place, line)

    @abstractmethod
    def _run(
        self, text: str, position: int, line: int, tail: bytes, default: int | None, last: int | None
    ) -> Found | None:
        """Read plain lines."""

    @abstractmethod
    def _given(self, keys: set[bytes]) -> Iterable[tuple[int, bytes, bytes, int]]:
        """Take names away; number, key, wire and line of their records, by number."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __contains__(self, key: object) -> bool: ...

    @abstractmethod
    def __iter__(self) -> Iterator[bytes]: ...

    @abstractmethod
    def settle(self) -> set[bytes]:
        """The names with something to be said against: a record twice, TTLs that differ; or very many records."""

    @abstractmethod
    def below(self, tops: Iterable[bytes]) -> Iterable[bytes]:
        """The names below any of these."""

    @abstractmethod
    def pack(self, known: Iterable[Key]) -> Packed:
        """All names as tables, and those that only lead to them (RFC 4592, section 2.2.2) but for `known` ones.

        It is the last that may be asked for.
        """
