"""The narrowest match that is healthy: what geo and network share.

A client's matches are judged narrowest first. An unhealthy one falls to the next wider, unless it is a fence: then its
clients are answered only from inside, and wider matches are none for them. No match at all is NODATA. Where no match
has the family asked for, and no fence stands, the children that have it are next, as written: a negative answer is kept
for everybody, so none is given to some clients for the family's sake (RFC 7871, section 7.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gslb.model import Family, Geo, NetworkMatch, Tree
from gslb.policy.kind import Choice, Key, Trail, common_of, keys
from gslb.policy.look import Look
from gslb.policy.state import has_family

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Match:
    """A child that holds the client: its place among the children, its key as written, and why it matches."""

    place: int
    key: str
    child: Tree
    text: str

    @property
    def fence(self) -> bool:
        return common_of(self.child).fence


def fenced(matches: Sequence[Match]) -> list[Match]:
    """Matches up to the first fence."""
    last = next((index for index, match in enumerate(matches) if match.fence), len(matches))
    return list(matches[: last + 1])


def reached(node: Geo | NetworkMatch, matches: Sequence[Match], family: Family) -> Sequence[Match]:
    """The matches, and where none of them has the family but others do, these."""
    if not matches or matches[-1].fence or any(has_family(match.child, family) for match in matches):
        return matches
    near = {match.place for match in matches}
    far = [
        Match(place, word, child, f"{word} in their stead")
        for place, (word, child) in enumerate(node.children)
        if place not in near and has_family(child, family)
    ]
    return [*matches, *far]


def choose(node: Geo | NetworkMatch, matches: Sequence[Match], look: Look, trail: Trail) -> Choice:
    words = []
    for match in matches:
        words.append(match.text + (" (fence)" if match.fence else ""))
        if look.alive(match.child):
            return look.choose(match.child, look.reason(node, trail, ", then ".join(words), match.key))
        words[-1] += " down" if has_family(match.child, look.ask.family) else f" without {look.ask.family.value}"
    raise ValueError(f"{node.common.path} is not healthy: only a healthy node chooses")


def key(node: Geo | NetworkMatch, matches: Sequence[Match], look: Look) -> Key:
    """Which children match, narrowest first, and what these, or others in some family's stead, see of the client."""
    if all(word == DEFAULT for word, _ in node.children):
        return keys(look, (match.child for match in matches))
    every = {match.place: match.child for family in Family for match in reached(node, matches, family)}
    return (tuple(match.place for match in matches), keys(look, every.values()))


def by_place(node: Geo | NetworkMatch, family: Family) -> bool:
    taking = [word for word, child in node.children if has_family(child, family)]
    shut = any(common_of(child).fence and word not in taking for word, child in node.children)
    return shut or len(taking) > 1 or (bool(taking) and DEFAULT not in dict(node.children))
