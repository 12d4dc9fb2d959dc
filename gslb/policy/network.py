"""network: the longest client network, then the AS number, then default."""

from __future__ import annotations

from collections.abc import Sequence

from gslb.geo import Location
from gslb.model import NetworkMatch, Tree
from gslb.policy import narrowest
from gslb.policy.kind import Choice, Key, Trail
from gslb.policy.look import Look
from gslb.policy.narrowest import DEFAULT, Match, reached


def choose(node: NetworkMatch, look: Look, trail: Trail) -> Choice:
    return narrowest.choose(node, _matches(node, look), look, trail)


def candidates(node: NetworkMatch, look: Look) -> Sequence[Tree]:
    return [match.child for match in _matches(node, look)]


def key(node: NetworkMatch, look: Look) -> Key:
    return narrowest.key(node, matches(*_written(node, look), look.ask.location), look)


def _matches(node: NetworkMatch, look: Look) -> Sequence[Match]:
    return look.once(node, lambda: reached(node, matches(*_written(node, look), look.ask.location), look.ask.family))


Written = dict[str, tuple[int, Tree]]
Asns = list[tuple[str, tuple[int, ...]]]


def _written(node: NetworkMatch, look: Look) -> tuple[Written, Asns]:
    return look.everywhere(node, lambda: written_by(node))


def written_by(node: NetworkMatch) -> tuple[Written, Asns]:
    """The children by what is written, and the AS numbers among that, a key that holds fewer first."""
    written = {word: (place, child) for place, (word, child) in enumerate(node.children)}
    asns = [row for row in node.asns if row[0] in written]
    return written, sorted(asns, key=lambda row: (len(row[1]), written[row[0]][0]))


def matches(written: Written, asns: Asns, location: Location) -> list[Match]:
    """The children that hold a client, narrowest first, up to the first fence.

    Networks by length (as the location lists them); then AS numbers as `written_by` orders them; then default.
    """
    words = [(word, word) for word in location.networks if word in written]
    words += [(word, f"AS{location.asn}") for word, numbers in asns if location.asn in numbers]
    words += [(DEFAULT, DEFAULT)] if DEFAULT in written else []
    first = dict(reversed(words))
    return narrowest.fenced(
        [
            Match(written[word][0], word, written[word][1], first[word])
            for word in dict.fromkeys(word for word, _ in words)
        ]
    )
