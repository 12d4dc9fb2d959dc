"""Text to values with their units - durations, rates, shares, addresses, secrets - and back."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from ipaddress import ip_address

from gslb.model import Address, Listener, Mark, Quorum, QuorumKind, Secret, Word, did_you_mean, is_country, mark_of


class Wrong(ValueError):  # noqa: N818 - a text is wrong; "WrongError" would say it twice
    """A text that is not what it should be: what is wrong, what to write instead, and where, if not at its start."""

    def __init__(self, message: str, hint: str = "", mark: Mark | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.mark = mark


UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}  # ms apart: divided, so that 100ms is the float 0.1
_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?)"
_DURATION = re.compile(rf"(?:{_NUMBER}(?:ms|[wdhms]))+")
_PIECE = re.compile(rf"({_NUMBER})(ms|[wdhms])")
_PREFIXES = {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000}
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def octets(most: int) -> Callable[[str], str]:
    """A reader of text that takes at most so many octets in a message."""

    def read(text: str) -> str:
        if len(text.encode()) > most:
            raise Wrong(f"this takes {len(text.encode())} octets", f"write at most {most}")
        return text

    return read


def duration(text: str) -> float:
    """`500ms`, `30s`, `1h30m`: seconds."""
    if re.fullmatch(_NUMBER, text):
        raise Wrong(f"{text} has no unit", f"write {text}s")
    if not _DURATION.fullmatch(text):
        raise Wrong(f"{text} is no duration", "write 500ms, 30s, 10m, 2h or 7d")
    pieces = ((float(number), unit) for number, unit in _PIECE.findall(text))
    return sum(number / 1_000 if unit == "ms" else number * UNITS[unit] for number, unit in pieces)


def positive_duration(text: str) -> float:
    value = duration(text)
    if value <= 0:
        raise Wrong(f"{text} is not above zero")
    return value


def ttl_seconds(text: str) -> int:
    """A TTL: whole seconds below 2**31 (RFC 2181, section 8)."""
    value = duration(text)
    if value != int(value) or value >= 2**31:
        raise Wrong(f"{text} is no TTL", "write whole seconds, below 68 years")
    return int(value)


def duration_text(value: float) -> str:
    """Seconds as `duration` reads them, in the largest unit that keeps them whole."""
    if 0 < value < 1:
        return f"{round(value * 1_000, 6):.12g}ms"
    if value != int(value):
        return f"{value!r}s"
    unit = next((unit for unit, size in UNITS.items() if value and value % size == 0 and unit != "w"), "s")
    return f"{int(value) // UNITS[unit]}{unit}"


def rate(text: str) -> float:
    """`20k/s`: so many a second."""
    found = re.fullmatch(rf"({_NUMBER})([kMG]?)(/s)?", text)
    if found and not found[3]:
        raise Wrong(f"{text} has no unit", f"write {text}/s")
    if not found:
        raise Wrong(f"{text} is no rate", "write 500/s, 20k/s or 1M/s")
    return float(found[1]) * _PREFIXES[found[2]]


def positive_rate(text: str) -> float:
    value = rate(text)
    if value <= 0:
        raise Wrong(f"{text} is not above zero")
    return value


def rate_text(value: float) -> str:
    """A rate as `rate` reads it."""
    prefix = next((prefix for prefix in "GMk" if value and value % _PREFIXES[prefix] == 0), "")
    return f"{value / _PREFIXES[prefix]:.17g}{prefix}/s"


def share(text: str) -> float:
    """`15%`: a share from 0 to 1."""
    if re.fullmatch(_NUMBER, text):
        raise Wrong(f"{text} has no unit", f"write {text}%")
    found = re.fullmatch(rf"({_NUMBER})%", text)
    if not found or float(found[1]) > 100:
        raise Wrong(f"{text} is no share", "write 0% to 100%")
    return float(found[1]) / 100


def share_text(value: float) -> str:
    return f"{value * 100:.12g}%"


def whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text) or not low <= int(text) <= high:
            raise Wrong(f"{text} is no whole number from {low} to {high}")
        return int(text)

    return read


def flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise Wrong(f"{text} is neither true nor false", "write true or false")
    return text == "true"


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of a few words."""

    def read(text: str) -> str:
        if text not in words:
            raise Wrong(f"{text} is unknown", did_you_mean(text, words) or f"write {' or '.join(words)}")
        return str(text)

    return read


QUORUMS = ("majority", "regions", "any", "all")


def quorum(text: str) -> Quorum:
    """`majority`, `regions`, `any`, `all`, a number of vantages, or a share of them."""
    if re.fullmatch(r"[1-9][0-9]{0,5}", text):
        return Quorum(QuorumKind.COUNT, int(text))
    if text.endswith("%") and share(text) > 0:
        return Quorum(QuorumKind.SHARE, round(share(text) * 100, 9))
    if text in QUORUMS:
        return Quorum(QuorumKind(text))
    raise Wrong(f"{text} is no quorum", did_you_mean(text, QUORUMS) or f"write {', '.join(QUORUMS)}, 2 or 18%")


def name(text: str) -> str:
    """A name that an operator gives: letters, digits, dot, hyphen, underscore; `/` parts the words of a path."""
    if not _NAME.fullmatch(text):
        raise Wrong(f"{text} is no name", "use letters, digits, . - and _")
    if text in ("none", "default", "all"):
        raise Wrong(f"{text} has a meaning of its own", "choose another name")
    return text


def secret(text: str) -> Secret:
    """`file:PATH` or `env:NAME`; a secret itself is never in the file."""
    kind, _, where = text.partition(":")
    if kind not in ("file", "env") or not where:
        raise Wrong("a secret is never written here", "write file:PATH or env:NAME")
    return Secret(kind, relative(Word(where, mark_of(text))) if kind == "file" else where, mark_of(text))


def relative(text: str) -> str:
    """A path as written, seen from the folder of the file it is written in."""
    mark = mark_of(text)
    return Word(posixpath.join(posixpath.dirname(mark.file) if mark else "", text), mark)


def address(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError:
        raise Wrong(f"{text} is no address", "write 192.0.2.1 or 2001:db8::1") from None


def address_and_port(text: str) -> tuple[Address, int | None]:
    """`192.0.2.1`, `192.0.2.1:8080`, `2001:db8::1`, `[2001:db8::1]:8080`."""
    found = re.fullmatch(r"\[([^\]]+)\](?::([0-9]+))?|([^:]+):([0-9]+)", text)
    if not found:
        return address(text), None
    digits = found[2] or found[4]
    if digits and not 0 < int(digits) < 65_536:
        raise Wrong(f"{digits} is no port", "write 1 to 65535")
    return address(found[1] or found[3]), int(digits) if digits else None


def listener(port: int) -> Callable[[str], Listener]:
    """A reader of addresses to listen on, with a port where none is written."""

    def read(text: str) -> Listener:
        host, own = address_and_port(text)
        return Listener(str(host), own or port, mark_of(text))

    return read


def position(text: str) -> str:
    """An airport's code (`FRA`) or `LAT,LON` in degrees."""
    if re.fullmatch(r"[A-Z]{3}", text):
        return str(text)
    found = re.fullmatch(r"([+-]?[0-9.]+), *([+-]?[0-9.]+)", text)
    try:
        if found and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180:
            return f"{found[1]},{found[2]}"
    except ValueError:
        pass
    raise Wrong(f"{text} is no place", "write an airport's code (FRA) or LAT,LON (50.03,8.57)")


def country(text: str) -> str:
    if not is_country(text):
        upper = text.upper()
        raise Wrong(f"{text} is no country", f"write {upper}" if is_country(upper) else "write two capitals (DE)")
    return str(text)
