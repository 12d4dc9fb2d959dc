r"""Master-file text to entries of words, each word with its place (RFC 1035, section 5.1).

    www  3600  TXT ( "a b" ; a comment
                     c )                   ─►  Entry(inherits=False, words=(www, 3600, TXT, "a b", c))

Escapes (\X, \DDD) are left in the words. What cannot be split is a Fault in the stream; reading goes on behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gslb.model import Fault, Mark


class Word(NamedTuple):
    """A word as written (without its quotes), and where: line and column counted from 1."""

    text: str
    quoted: bool
    line: int
    column: int


class Entry(NamedTuple):
    """One record or directive, over as many lines as its parentheses hold open; never empty.

    `inherits`: it starts with white space, so its owner is the one before.
    """

    inherits: bool
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: the file as the user named it, and where in it the text's first character is."""

    file: str
    line: int = 1
    column: int = 1

    def mark(self, line: int, column: int) -> Mark:
        """The place in the file of a place in the text. A block of text in another file is indented evenly."""
        return Mark(self.file, self.line + line - 1, self.column + column - 1)


_PIECE = re.compile(
    r"""(?P<space>[ \t]+)
      | (?P<word>(?:[^ \t\n;()"\\]++|\\[^\n])+)
      | (?P<end>\n)
      | "(?P<quoted>(?:[^"\\\n]++|\\[^\n])*)"
      | (?P<comment>;[^\n]*)
      | (?P<open>\()
      | (?P<close>\))
      | (?P<broken>["\\])""",
    re.VERBOSE,
)
_LINE_END = re.compile(r"(?=\n)|\Z")
_NEXT_RECORD = re.compile(r"(?=\n[^ \t\n;()])|\Z")
_BROKEN = {
    ")": ("this parenthesis closes nothing", 'take it away, or write "(" where the record starts'),
    "(": ("this parenthesis is never closed", 'write ")" where the record ends'),
    '"': ("this quotation mark is not closed on its line", 'end the string with "'),
    "\\": ("a backslash ends the line", r"write \\ for a backslash, \DDD for an octet"),
}


def entries(text: str, place: Place) -> Iterator[Entry | Fault]:
    """Every entry of a master file, in order, with a Fault where one could not be read."""
    return (found for found, _, _ in scan(normal(text), place))


def normal(text: str) -> str:
    """The text with its lines ended alike, and without the mark that some editors begin a file with."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def scan(text: str, place: Place, position: int = 0, line: int = 1) -> Iterator[tuple[Entry | Fault, int, int]]:
    """The entries of a normal text from `position`, in `line`, on; with each, where the next begins.

    `position` is the start of a line, or its end.
    """
    start = position  # where the line starts
    inherits, words, opened = False, list[Word](), list[tuple[int, int, int]]()
    while position < len(text) or opened:
        piece = _PIECE.match(text, position)
        if piece is None:  # the end, with a parenthesis still open
            position, line, start = opened[0]
            kind, found, after = "broken", "", position
        else:
            kind, after = piece.lastgroup or "", piece.end()
            found = piece[kind]
        if kind in {"word", "quoted"}:
            words.append(Word(found, kind == "quoted", line, position - start + 1))
        elif kind == "space":
            inherits |= position == start and not words and not opened
        elif kind == "end":
            line, start = line + 1, after
            if words and not opened:
                yield Entry(inherits, tuple(words)), after, line
            if not opened:
                inherits, words = False, []
        elif kind == "open":
            opened.append((position, line, start))
        elif kind == "close" and opened:
            opened.pop()
        elif kind in {"close", "broken"}:
            message, hint = _BROKEN[text[position]]
            fault = Fault(message, place.mark(line, position - start + 1), hint)
            resume = (_NEXT_RECORD if opened else _LINE_END).search(text, after)
            after = resume.start() if resume else len(text)
            line += text.count("\n", position, after)
            yield fault, after, line
            inherits, words, opened = False, [], []
        position = after
    if words:
        yield Entry(inherits, tuple(words)), position, line
