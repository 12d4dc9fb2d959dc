"""geo: the narrowest place that holds the client: subdivision, country, named place, continent, default."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gslb.geo import Location
from gslb.model import Geo, Tree
from gslb.policy import narrowest
from gslb.policy.kind import Choice, Key, Trail
from gslb.policy.look import Look
from gslb.policy.narrowest import DEFAULT, Match, reached

SUBDIVISION, COUNTRY = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}"), re.compile(r"[A-Z]{2}")


def choose(node: Geo, look: Look, trail: Trail) -> Choice:
    return narrowest.choose(node, _matches(node, look), look, trail)


def candidates(node: Geo, look: Look) -> Sequence[Tree]:
    return [match.child for match in _matches(node, look)]


def key(node: Geo, look: Look) -> Key:
    return narrowest.key(node, matches(node, look.ask.location), look)


def _matches(node: Geo, look: Look) -> Sequence[Match]:
    return look.once(node, lambda: reached(node, matches(node, look.ask.location), look.ask.family))


def matches(node: Geo, location: Location) -> list[Match]:
    """The children that hold a place, narrowest first, up to the first fence.

    A named place is as wide as the part of it that holds the client: wider than the country if it lists the country,
    wider than the continent if it lists the continent. Of several, the one with fewer continents, countries,
    subdivisions comes first, then the one written first.
    """
    places = dict(node.places)
    found = []
    for place, (word, child) in enumerate(node.children):
        rank = _named(word, places[word], location) if word in places else _plain(word, location)
        if rank is not None:
            width, text = rank
            found.append((width, place, Match(place, word, child, text)))
    return narrowest.fenced([match for _, _, match in sorted(found, key=lambda row: row[:2])])


Rank = tuple[tuple[int, int, int, int, int], str]


def _plain(word: str, location: Location) -> Rank | None:
    if word == DEFAULT:
        return (3, 0, 0, 0, 0), DEFAULT
    level = _level(word, location)
    return None if level is None else ((level, 0, 0, 0, 0), word)


def _named(word: str, members: Sequence[str], location: Location) -> Rank | None:
    held = [(level, member) for member in members if (level := _level(member, location)) is not None]
    if not held:
        return None
    level, member = min(held)
    subdivisions = sum(SUBDIVISION.fullmatch(member) is not None for member in members)
    countries = sum(COUNTRY.fullmatch(member) is not None for member in members)
    return (level, 1, len(members) - countries - subdivisions, countries, subdivisions), f"{member} in place {word}"


def _level(word: str, location: Location) -> int | None:
    """0 for the client's subdivision, 1 for its country, 2 for its continent."""
    words = (location.subdivision, location.country, location.continent)
    return words.index(word) if word in words else None
