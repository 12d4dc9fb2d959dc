"""A file and those it includes to one map of sections: a name may be defined once in all of them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gslb.config.compose import Block, Row, compose, place
from gslb.config.shape import FREE, LATER
from gslb.model import Collector, Mark, Word, did_you_mean

Read = Callable[[str], str]
Glob = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Known:
    """The keys of a file. `named` are maps of nouns by name, whose parts may stand in several files."""

    keys: tuple[str, ...]
    named: frozenset[str]
    later: frozenset[str]


def only_itself(pattern: str) -> Iterable[str]:
    """A glob function for places without a file system: a pattern stands for the file it names."""
    return (pattern,)


def gather(path: str, read: Read, glob: Glob, known: Known, faults: Collector) -> Block:
    """The sections of a file and of all it includes; what cannot be read or stands there twice is a fault."""
    gathering = _Gathering(read, glob, known, faults)
    gathering.take(path, None)
    return gathering.sections


class _Gathering:
    def __init__(self, read: Read, glob: Glob, known: Known, faults: Collector) -> None:
        self.sections = Block()
        self._read = read
        self._glob = glob
        self._known = known
        self._faults = faults
        self._seen: set[str] = set()

    def take(self, path: str, wanted_by: Mark | None) -> None:
        if path in self._seen:
            return
        first = not self._seen
        self._seen.add(path)
        try:
            text = self._read(path)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            self._faults.add(f"cannot read {path}: {reason or error}", wanted_by)
            return
        block = compose(path, text, self._faults)
        if block is None:
            return
        if first and "gslb" not in block:
            self._faults.add("gslb: is missing", Mark(path, 1, 1), "start with gslb: 1")
        if "gslb" in block and block["gslb"] != "1":
            self._faults.add("this version reads gslb: 1", block.mark_of("gslb"))
        for key, value in block.entries():
            self._section(key, value)
        self._include(path, block.get("include", ()))

    def _include(self, path: str, patterns: object) -> None:
        for pattern in patterns if isinstance(patterns, Row | tuple) else [patterns]:
            if not isinstance(pattern, Word):
                self._faults.add("include: is a list of files", place(pattern), "write [conf.d/*.yaml]")
                continue
            for found in sorted(self._glob(posixpath.join(posixpath.dirname(path), pattern))):
                self.take(found, pattern.mark)

    def _section(self, key: Word, value: object) -> None:
        if key in ("gslb", "include") or key.startswith(FREE):
            return
        if key in self._known.later:
            self._faults.add(f"{key}: {LATER}", key.mark)
        elif key not in self._known.keys:
            hint = did_you_mean(key, self._known.keys) or f"known: {', '.join(self._known.keys)}"
            self._faults.add(f"unknown key {key}", key.mark, hint)
        elif key not in self._known.named:
            self._once(self.sections, key, value)
        elif not isinstance(value, Block):
            self._faults.add(f"{key}: a map of names is expected here", place(value) or key.mark)
        else:
            section = self.sections.get(key)
            if not isinstance(section, Block):
                section = Block(value.mark)
                self.sections.put(key, section)
            for name, noun in value.entries():
                if key == "zones" or not name.startswith(FREE):
                    self._once(section, name, noun)

    def _once(self, into: Block, key: Word, value: object) -> None:
        if key in into:
            self._faults.add(f"{key} is defined twice", key.mark, f"first at {into.words[key].mark}")
        else:
            into.put(key, value)
