"""Plain lines read, kept and packed by the C of gslb/zone/native, where that was built."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from weakref import finalize

from dns.name import Name

from gslb.zone.lines import Lines
from gslb.zone.packed import Packed, blank
from gslb.zone.plain import Found, Plain
from gslb.zone.rrset import Key, fold

LIBRARY = Path(__file__).parent / "native" / "library.so"
_LONGEST = 65_545  # octets of a record from its type on

_POINTER, _NUMBER, _LENGTH, _OCTETS = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_char_p
_SIGNATURES: dict[str, tuple[object, ...]] = {  # result, then arguments
    "new": (_POINTER, _OCTETS, _LENGTH),
    "free": (None, _POINTER),
    "find": (ctypes.c_int64, _POINTER, _OCTETS, _LENGTH),
    "add": (_LENGTH, _POINTER, _OCTETS, _LENGTH),
    "take": (
        *(ctypes.c_int64, _POINTER, _OCTETS, ctypes.c_int64, ctypes.c_int64, _OCTETS, _LENGTH, _POINTER, _POINTER),
        *(_POINTER,),
    ),
    "drop": (None, _POINTER, _NUMBER),
    "settle": (_NUMBER, _POINTER, _POINTER),
    "below": (_NUMBER, _POINTER, _POINTER, _POINTER),
    "lead": (_LENGTH, _POINTER, _POINTER),
    "weigh": (_LENGTH, _POINTER, _POINTER),
    "pack": (None, _POINTER, _POINTER, ctypes.c_uint64, *(6 * (_POINTER,))[1:]),
    "counts": (None, _POINTER, _POINTER),
    "name": (_LENGTH, _POINTER, _NUMBER, _POINTER),
    "next": (ctypes.c_int64, _POINTER, _NUMBER, ctypes.c_int64),
    "record": (_NUMBER, _POINTER, _NUMBER, _POINTER, _POINTER),
}


def plain_names(apex: Name) -> Plain:
    """Where the plain names of a zone go: compiled where that was built, else in Python."""
    library = open_library()
    return Lines(apex) if library is None else Compiled(apex, library)


@cache
def open_library(path: Path = LIBRARY) -> ctypes.CDLL | None:
    """The compiled reader; None where it was not built."""
    try:
        library = ctypes.CDLL(str(path))
    except OSError:
        return None
    for name, (result, *arguments) in _SIGNATURES.items():
        function = getattr(library, f"gslb_plain_{name}")
        function.restype, function.argtypes = result, arguments
    return library


class Compiled(Plain):
    """Plain names in tables of the library's."""

    def __init__(self, apex: Name, library: ctypes.CDLL) -> None:
        super().__init__(apex)
        self._library = library
        self._wire = b"".join(bytes([len(label)]) + label for label in fold(apex))
        self._names = self._new()
        self._gone = 0
        self._text, self._octets = "", b""
        self._known = (0, 0)  # a place in the text, and in its octets

    def _new(self) -> int:
        names: int | None = self._library.gslb_plain_new(self._wire, len(self._wire))
        if names is None:
            raise MemoryError
        finalize(self, self._library.gslb_plain_free, names)
        return names

    def _run(
        self, text: str, position: int, line: int, tail: bytes, default: int | None, last: int | None
    ) -> Found | None:
        start = self._place(text, position)
        ttls = (ctypes.c_int64 * 2)(-1 if default is None else default, -1 if last is None else last)
        lines, name = ctypes.c_int64(line), ctypes.c_uint32()
        wire = _wire(tail[1:]) if tail else b""
        stop: int = self._library.gslb_plain_take(
            *(self._names, self._octets, start, len(self._octets), wire, len(wire), ttls),
            *(ctypes.byref(lines), ctypes.byref(name)),
        )
        if stop == start:
            return None
        return position + stop - start, lines.value - line, self._key(name.value), None if ttls[1] < 0 else ttls[1]

    def _place(self, text: str, position: int) -> int:
        """Where in its octets a place in a text is. Plain lines have an octet a character, others may have more."""
        if text is not self._text:
            self._text, self._octets, self._known = text, text.encode(errors="surrogatepass"), (0, 0)
        characters, octets = self._known
        if position < characters:
            characters = octets = 0
        octets += len(text[characters:position].encode(errors="surrogatepass"))
        self._known = (position, octets)
        return octets

    def _key(self, number: int) -> bytes:
        wire = ctypes.create_string_buffer(256)
        length = self._library.gslb_plain_name(self._names, number, wire)
        return _text(wire.raw[:length])

    def _find(self, key: bytes) -> int:
        wire = _wire(key)
        found: int = self._library.gslb_plain_find(self._names, wire, len(wire)) if key else -1
        return found

    def __len__(self) -> int:
        return self._counts()[0] - self._gone

    def _counts(self) -> tuple[int, int]:
        counts = (ctypes.c_uint64 * 2)()
        self._library.gslb_plain_counts(self._names, counts)
        return counts[0], counts[1]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, bytes) and self._find(key) >= 0

    def __iter__(self) -> Iterator[bytes]:
        return (key for key in map(self._key, range(self._counts()[0])) if key in self)

    def _given(self, keys: set[bytes]) -> list[tuple[int, bytes, bytes, int]]:
        given = []
        line, data = ctypes.c_uint32(), ctypes.create_string_buffer(_LONGEST)
        for key in keys:
            number = self._find(key)
            record = -1
            while (record := self._library.gslb_plain_next(self._names, number, record)) >= 0:
                length = self._library.gslb_plain_record(self._names, record, ctypes.byref(line), data)
                given.append((record, key, ctypes.string_at(data, length), line.value))
            self._library.gslb_plain_drop(self._names, number)
        self._gone += len(keys)
        return sorted(given)

    def _numbers(self, function: Callable[..., int], *arguments: object) -> Iterator[int]:
        """The numbers of the names that a function finds."""
        found = (ctypes.c_uint32 * max(self._counts()[0], 1))()
        return iter(found[: function(self._names, *arguments, found)])

    def settle(self) -> set[bytes]:
        return {self._key(number) for number in self._numbers(self._library.gslb_plain_settle)}

    def below(self, tops: Iterable[bytes]) -> Iterator[bytes]:
        above = set(tops)
        if b"" in above:
            return iter(self)
        others = self._others(map(_wire, above))
        return map(self._key, self._numbers(self._library.gslb_plain_below, others)) if above else iter(())

    def _others(self, wires: Iterable[bytes]) -> int:
        """Names (wire below the apex) as a table of the library's."""
        others = self._new()
        for wire in wires:
            if wire and not self._library.gslb_plain_add(others, wire, len(wire)):
                raise MemoryError
        return others

    def pack(self, known: Iterable[Key]) -> Packed:
        own = -len(self.apex.labels)
        others = self._others(b"".join(bytes([len(label)]) + label for label in key[:own]) for key in known)
        sizes = (ctypes.c_uint64 * 5)()
        library, names = self._library, self._names
        if not library.gslb_plain_lead(names, others) or not library.gslb_plain_weigh(names, sizes):
            raise MemoryError
        count, octets, contents, records, depth = sizes
        data, places = blank(depth, count, contents, octets, records)
        address = ctypes.addressof((ctypes.c_char * len(data)).from_buffer(data))
        slots, *sections = (address + place for place in places)
        library.gslb_plain_pack(names, slots, (1 << (2 * count).bit_length()) - 1, *sections)
        return Packed(data, self.apex)


def _wire(key: bytes) -> bytes:
    return b"".join([bytes([len(label)]) + label for label in key.split(b".")])


def _text(wire: bytes) -> bytes:
    labels, at = [], 0
    while at < len(wire):
        labels.append(wire[at + 1 : at + 1 + wire[at]])
        at += 1 + wire[at]
    return b".".join(labels)
