"""Master files to records: directives, and what a line inherits (RFC 1035, section 5.1; RFC 2308, section 4).

text of a file ─┬─► plain: runs of plain lines ─► names with their records as wire
                └─► lexer: entries of words ─┬─ $ORIGIN $TTL       ─► what the next lines inherit
                                             ├─ $INCLUDE $GENERATE ─► more entries
                                             └─ owner TTL class type data ─► tape: dnspython's rdata ─► Record
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from posixpath import dirname, join

import dns.name
import dns.rdataclass
import dns.ttl
from dns.exception import DNSException
from dns.name import Name
from dns.rdata import Rdata

from gslb.model import Fault, Faults, Mark, refuse
from gslb.zone.generate import expand
from gslb.zone.lexer import Entry, Place, Word, normal, scan
from gslb.zone.lines import Lines
from gslb.zone.plain import MAX_TTL, Plain
from gslb.zone.tape import read_rdata, read_type

DEEPEST = 16  # files within files
LARGE = 1 << 16  # characters from which on a text is looked through for plain lines
_IDLE = re.compile(r"(?:[ \t]*+(?:;[^\n]*+)?+\n)*+")  # lines that say nothing
DIRECTIVES = ("$GENERATE", "$INCLUDE", "$ORIGIN", "$TTL")


@dataclass(frozen=True, slots=True)
class Record:
    """One record as written. `ttl` None: the SOA's minimum holds, wherever that stands."""

    name: Name
    ttl: int | None
    rdata: Rdata
    mark: Mark


@dataclass(slots=True)
class _Inherited:
    """What a line may leave out. `owner` None: none yet, or (`lost`) one that could not be read."""

    origin: Name
    owner: Name | None = None
    lost: bool = False
    default_ttl: int | None = None
    last_ttl: int | None = None

    @property
    def ttl(self) -> int | None:
        return self.last_ttl if self.default_ttl is None else self.default_ttl


class Reader:
    """Reads texts into `records` and `faults`; a line that cannot be read costs that line only.

    `read` gives a file's text for its path, or raises OSError or UnicodeDecodeError. Plain lines of texts from `large`
    characters on go into `plain` instead of `records`.
    """

    def __init__(self, read: Callable[[str], str], plain: Plain | None = None, large: int = LARGE) -> None:
        self.records: list[Record] = []
        self.faults: list[Fault] = []
        self.plain = Lines(dns.name.root) if plain is None else plain
        self._large = large
        self._read = read
        self._open: list[str] = []

    def file(self, path: str, origin: Name, asked: Mark | None, ttls: _Inherited | None = None) -> None:
        """Read a file; `asked` is where it was asked for, and `ttls` has the TTLs that hold there."""
        try:
            text = self._read(path)
        except OSError as error:
            self.faults.append(Fault(f"cannot read {path}: {error.strerror or error}", asked))
        except UnicodeDecodeError:
            self.faults.append(Fault(f"cannot read {path}: it is not UTF-8 text", asked))
        else:
            self._open.append(path)
            self.text(text, Place(path), origin, ttls)
            self._open.pop()

    def text(self, text: str, place: Place, origin: Name, ttls: _Inherited | None = None) -> None:
        """Read a text; relative names and owners stand under `origin` until it says otherwise."""
        inherited = _Inherited(origin)
        if ttls is not None:
            inherited.default_ttl, inherited.last_ttl = ttls.default_ttl, ttls.last_ttl
        text = normal(text)
        if len(text) >= self._large:
            self._bulk(text, inherited, place)
        else:
            for found, _, _ in scan(text, place):
                self._entry(found, inherited, place)

    def _bulk(self, text: str, inherited: _Inherited, place: Place) -> None:
        """Read a large text: plain lines by runs, all others one by one."""
        position, line = 0, 1
        while position < len(text):
            idle = _IDLE.match(text, position)
            if idle is not None and idle.end() > position:
                line += text.count("\n", position, idle.end())
                position = idle.end()
            ttls = (inherited.default_ttl, inherited.last_ttl)
            taken = self.plain.take(text, position, line, place, inherited.origin, ttls, len(self.records))
            if taken is not None:
                position, line = taken.stop, line + taken.lines
                inherited.owner, inherited.last_ttl = taken.owner, taken.last_ttl
                continue
            found, position, line = next(scan(text, place, position, line), (None, len(text), line))
            if found is not None:
                self._entry(found, inherited, place)

    def take_back(self, keys: Iterable[bytes]) -> None:
        """Let names be plain no longer: their records go among the others, each where it was written."""
        records, rest = list[Record](), iter(self.records)
        so_far = 0
        for given in self.plain.give(keys):
            records.extend(islice(rest, given.before - so_far))
            records.append(Record(given.name, given.ttl, given.rdata, given.place.mark(given.line, 1)))
            so_far = given.before
        self.records = [*records, *rest]

    def _entry(self, entry: Entry | Fault, inherited: _Inherited, place: Place) -> None:
        if isinstance(entry, Fault):
            self.faults.append(entry)
            return
        try:
            if entry.words[0].text.startswith("$") and not (entry.inherits or entry.words[0].quoted):
                self._directive(entry.words, inherited, place)
            else:
                self._record(entry, inherited, place)
        except Faults as faults:
            self.faults.extend(faults.faults)

    def _directive(self, words: tuple[Word, ...], inherited: _Inherited, place: Place) -> None:
        directive, *arguments = words
        mark = _mark(directive, place)
        match directive.text.upper(), arguments:
            case "$ORIGIN", [origin]:
                inherited.origin = _name(origin, inherited.origin, place)
            case "$TTL", [ttl]:
                inherited.default_ttl = _ttl(ttl, place)
            case "$INCLUDE", [file]:
                self._include(file, inherited.origin, place, inherited)
            case "$INCLUDE", [file, origin]:
                self._include(file, _name(origin, inherited.origin, place), place, inherited)
            case "$GENERATE", _:
                for entry in expand(
                    tuple(arguments), place
                ):  # the first that is wrong ends it: the others are wrong alike
                    self._record(entry, inherited, place)
            case "$ORIGIN" | "$TTL" | "$INCLUDE" as known, _:
                form = {"$ORIGIN": "one name", "$TTL": "one time", "$INCLUDE": "a file and perhaps an origin"}[known]
                refuse(f"{known} takes {form}", mark)
            case unknown, _:
                near = get_close_matches(unknown, DIRECTIVES, 1)
                hint = f"did you mean {near[0]}?" if near else r"a name that starts with a dollar sign is written \$"
                refuse(f"there is no directive {directive.text}", mark, hint)

    def _include(self, file: Word, origin: Name, place: Place, ttls: _Inherited) -> None:
        path, mark = join(dirname(place.file), file.text), _mark(file, place)
        if path in self._open:
            refuse(f"{path} includes itself", mark)
        if len(self._open) >= DEEPEST:
            refuse(f"files are included more than {DEEPEST} deep", mark)
        self.file(path, origin, mark, ttls)

    def _record(self, entry: Entry, inherited: _Inherited, place: Place) -> None:
        words = entry.words
        if not entry.inherits:
            inherited.owner, inherited.lost = None, True
            inherited.owner = _name(words[0], inherited.origin, place)
            words = words[1:]
        elif inherited.owner is None and not inherited.lost:
            refuse("this record has no owner", _mark(words[0], place), "start the line with a name, or @")
        ttl, words = _ttl_and_class(words, place)
        if not words:
            refuse("this record has no type", _mark(entry.words[-1], place), "a record is: owner, TTL, type, data")
        if ttl is not None:
            inherited.last_ttl = ttl
        rdtype = read_type(words[0], place)
        rdata = read_rdata(words[0], words[1:], rdtype, inherited.origin, place)
        if inherited.owner is not None:
            ttl = inherited.ttl if ttl is None else ttl
            self.records.append(Record(inherited.owner, ttl, rdata, _mark(entry.words[0], place)))


def _mark(word: Word, place: Place) -> Mark:
    return place.mark(word.line, word.column)


def _name(word: Word, origin: Name, place: Place) -> Name:
    if word.quoted:
        refuse(f'"{word.text}" is no name', _mark(word, place), "write it without quotation marks")
    try:
        return dns.name.from_text(word.text, origin)
    except DNSException as error:
        refuse(f"'{word.text}' is no domain name: {str(error).rstrip('.')}", _mark(word, place))


def _ttl(word: Word, place: Place) -> int:
    try:
        ttl = dns.ttl.from_text(word.text)
    except DNSException:
        refuse(f"'{word.text}' is no time to live", _mark(word, place), "write seconds, or like 1h30m, 2d")
    if ttl > MAX_TTL:
        refuse(f"a time to live of {ttl} s is too long", _mark(word, place), f"at most {MAX_TTL}")
    return ttl


def _ttl_and_class(words: tuple[Word, ...], place: Place) -> tuple[int | None, tuple[Word, ...]]:
    """TTL and class, each optional, in either order; and the words after them."""
    ttl: int | None = None
    class_: Word | None = None
    for at, word in enumerate(words):
        if ttl is None and word.text[:1].isdigit() and not set(".:") & set(word.text):
            ttl = _ttl(word, place)
        elif class_ is None and _is_class(word):
            class_ = word
            if dns.rdataclass.from_text(word.text) != dns.rdataclass.IN:
                refuse(f"class {word.text} is not served from zones", _mark(word, place), "leave it out, or write IN")
        else:
            return ttl, words[at:]
    return ttl, ()


def _is_class(word: Word) -> bool:
    text = word.text.upper()
    return text in {"IN", "CH", "HS"} or (
        text.startswith("CLASS") and text[5:].isascii() and text[5:].isdigit() and int(text[5:]) <= 65_535
    )
