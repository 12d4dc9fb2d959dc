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
    return narrowest.key(node, matches(node, look.ask.location), look)


def _matches(node: NetworkMatch, look: Look) -> Sequence[Match]:
    return look.once(node, lambda: reached(node, matches(node, look.ask.location), look.ask.family))


def matches(node: NetworkMatch, location: Location) -> list[Match]:
    """The children that hold a client, narrowest first, up to the first fence.

    Networks by length (as the location lists them); then AS numbers, a key that holds fewer first; then default.
    """
    written = {word: (place, child) for place, (word, child) in enumerate(node.children)}
    asns = sorted((row for row in node.asns if row[0] in written), key=lambda row: (len(row[1]), written[row[0]][0]))
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
