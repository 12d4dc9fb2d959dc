"""$GENERATE: one line that stands for many records, as BIND defined it.

$GENERATE 1-3 host$ A 192.0.2.$          ─►  host1 A 192.0.2.1 · host2 A 192.0.2.2 · host3 A 192.0.2.3
${offset,width,base}: base d, o, x, X, or n, N for nibbles; $$ is a dollar sign
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import dns.exception
import dns.grange

from gslb.model import refuse
from gslb.zone.lexer import Entry, Place, Word

MOST = 100_000  # names from one line
WIDEST = 127  # as in BIND and dnspython
_STEP = re.compile(r"\\.|\$\$|\$(?:\{([+-]?\d+)(?:,(\d+)(?:,([doxXnN]))?)?\}|(\{))?")


def expand(words: tuple[Word, ...], place: Place) -> Iterator[Entry]:
    """The entries that the words after $GENERATE stand for. Raises Faults."""
    if len(words) < 4:
        mark = place.mark(words[-1].line, words[-1].column) if words else None
        refuse("$GENERATE ends too early", mark, "write range, owner, type, data: $GENERATE 1-9 host$ A 192.0.2.$")
    for number in _numbers(words[0], place):
        yield Entry(inherits=False, words=tuple(_fill(word, number, place) for word in words[1:]))


def _numbers(word: Word, place: Place) -> range:
    mark = place.mark(word.line, word.column)
    try:
        start, stop, step = dns.grange.from_text(word.text)
        numbers = range(start, stop + 1, step)
    except (dns.exception.SyntaxError, ValueError, AssertionError):
        refuse(f"'{word.text}' is no range", mark, "write START-STOP or START-STOP/STEP: 1-9, 0-100/10")
    if len(numbers) > MOST:
        refuse(f"'{word.text}' makes {len(numbers):,} records", mark, f"at most {MOST:,} from one line")
    return numbers


def _fill(word: Word, number: int, place: Place) -> Word:
    def written(match: re.Match[str]) -> str:
        offset, width, base, broken = match.groups()
        if match[0].startswith("\\"):
            return match[0]
        if match[0] == "$$":
            return "$"
        value, digits = number + int(offset or 0), int(width or 0)
        mark = place.mark(word.line, word.column + word.quoted + match.start())
        if broken:
            refuse("this ${ is not a step of $GENERATE", mark, "write ${offset,width,base}: ${0,3,d}")
        if digits > WIDEST:
            refuse(f"a width of {digits} is too wide", mark, f"at most {WIDEST}")
        if base in {"n", "N"}:
            if value < 0:
                refuse(f"{value} has no nibbles", mark, "start the range higher")
            return _nibbles(value, digits, base)
        return format(value, base or "d").zfill(digits)

    return word._replace(text=_STEP.sub(written, word.text)) if "$" in word.text else word


def _nibbles(value: int, width: int, base: str) -> str:
    """Hexadecimal digits, the last first, with dots between; `width` counts the dots too."""
    digits = format(value, "X" if base == "N" else "x")[::-1]
    return ".".join(digits.ljust((width + 1) // 2, "0")) + (
        "." if width % 2 == 0 and width > 2 * len(digits) - 1 else ""
    )
