"""YAML text to maps, lists and words that know their places; a scalar stays text, whatever YAML would make of it.

A word's place is that of its first character: behind the quote, or below the `|`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Self

import yaml

from gslb.model import Collector, Mark, Word

DEEPEST = 50
LARGEST = 1_000_000  # values, with anchors spelled out: a few lines of aliases could stand for billions
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_HINTS = {
    "found character that cannot start any token": "indent with spaces; text that starts with @ or ` needs quotes",
    "mapping values are not allowed in this context": "text with a colon needs quotes; or is the line above complete?",
    "did not find expected key": "is this line indented like its neighbours?",
    "could not find expected ':'": "a key is followed by a colon and a space",
    "did not find expected ',' or ']'": "close the list with ]",
    "did not find expected ',' or '}'": "close the map with }",
}


class Literal(Word):
    """A block of text after `|`."""


class Block(dict[str, object]):
    """A map as written. Keys are words in `words`; `mark` is where it begins."""

    def __init__(self, mark: Mark | None = None) -> None:
        super().__init__()
        self.mark = mark
        self.words: dict[str, Word] = {}

    def put(self, key: Word, value: object) -> None:
        self[key] = value
        self.words[key] = key

    def entries(self) -> Iterator[tuple[Word, object]]:
        return ((self.words[key], value) for key, value in self.items())

    def mark_of(self, key: str) -> Mark | None:
        """Where the value under a key stands; where the map begins if it has no such key."""
        return place(self[key]) if key in self else self.mark

    def without(self, *keys: str) -> Self:
        rest = type(self)(self.mark)
        for key, value in self.entries():
            if key not in keys:
                rest.put(key, value)
        return rest


class Row(list[object]):
    """A list as written; `mark` is where it begins."""

    def __init__(self, mark: Mark | None = None) -> None:
        super().__init__()
        self.mark = mark


def place(value: object) -> Mark | None:
    """Where a value begins."""
    return value.mark if isinstance(value, Word | Block | Row) else None


def compose(file: str, text: str, faults: Collector) -> Block | None:
    """The map that a text is; None, with a fault, where it is none. A syntax fault is the first one only."""
    try:
        node = yaml.CBaseLoader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        problem = error.problem or "this is not YAML"
        at = error.problem_mark or error.context_mark
        mark = Mark(file, at.line + 1, at.column + 1) if at else Mark(file, 1, 1)
        faults.add(problem, mark, _HINTS.get(problem, ""))
        return None
    except yaml.YAMLError as error:
        faults.add(" ".join(str(error).split()), Mark(file, 1, 1))
        return None
    composer = _Composer(file, text, faults)
    value = composer.value(node) if node is not None else None
    if isinstance(value, Block):
        return value
    faults.add("a configuration is a map: key: value", place(value) or Mark(file, 1, 1), "start with gslb: 1")
    return None


class _Composer:
    def __init__(self, file: str, text: str, faults: Collector) -> None:
        self._file = file
        self._lines = _BREAK.split(text)
        self._faults = faults
        self._done: dict[int, tuple[object, int]] = {}  # by node: what it became, and how many values that is
        self._open: list[int] = []

    def value(self, node: yaml.Node) -> object:
        return self._convert(node)[0]

    def _convert(self, node: yaml.Node) -> tuple[object, int]:
        key = id(node)
        if key in self._done:
            return self._done[key]
        mark = self._mark(node)
        if key in self._open or len(self._open) > DEEPEST:
            why = "this stands inside itself" if key in self._open else f"more than {DEEPEST} levels deep"
            self._faults.add(why, mark)
            return Word("", mark), 1
        self._open.append(key)
        result = self._scalar(node, mark) if isinstance(node, yaml.ScalarNode) else self._collection(node, mark)
        self._open.pop()
        if result[1] > LARGEST:
            self._faults.add("anchors make more than a million values of this", mark)
            result = Word("", mark), 1
        if node.tag not in {"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}:
            self._faults.add(f"tags ({node.tag}) have no meaning here", mark, "leave it out")
        self._done[key] = result
        return result

    def _mark(self, node: yaml.Node) -> Mark:
        return Mark(self._file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _scalar(self, node: yaml.ScalarNode, mark: Mark) -> tuple[Word, int]:
        if node.style in {"'", '"'}:
            return Word(node.value, replace(mark, column=mark.column + 1)), 1
        if node.style != "|":
            return Word(node.value, mark), 1
        lines = node.value.split("\n")
        first = next((number for number, line in enumerate(lines) if line), None)
        source = self._lines[mark.line + first] if first is not None else ""
        indentation = len(source) - len(lines[first]) if first is not None else 0
        return Literal(node.value, Mark(self._file, mark.line + 1, indentation + 1)), 1

    def _collection(self, node: yaml.Node, mark: Mark) -> tuple[Block | Row, int]:
        size = 1
        if isinstance(node, yaml.SequenceNode):
            row = Row(mark)
            for item in node.value:
                value, weight = self._convert(item)
                row.append(value)
                size += weight
            return row, size
        block, merged = Block(mark), list[Block]()
        for key_node, value_node in node.value:
            value, weight = self._convert(value_node)
            size += weight
            key = self._convert(key_node)[0]
            if not isinstance(key, Word):
                self._faults.add("a key is text", place(key))
            elif key == "<<" and not key_node.style:
                merged += self._merged(value)
            elif key in block:
                first = block.words[key].mark
                self._faults.add(f"{key} is written twice", key.mark, f"first in line {first.line}" if first else "")
            else:
                block.put(key, value)
        for other in merged:
            for word, value in other.entries():
                if word not in block:
                    block.put(word, value)
        return block, size

    def _merged(self, value: object) -> list[Block]:
        rows = value if isinstance(value, Row) else [value]
        blocks = [each for each in rows if isinstance(each, Block)]
        if len(blocks) < len(rows):
            self._faults.add("<< takes maps", place(value), "write <<: *anchor")
        return blocks
