"""The narrowest match that is healthy: what geo and network share.

A client's matches are judged narrowest first. An unhealthy one falls to the next wider, unless it is a fence: then its
clients are answered only from inside, and wider matches are none for them. No match at all is NODATA.
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


def choose(node: Geo | NetworkMatch, matches: Sequence[Match], look: Look, trail: Trail) -> Choice:
    words = []
    for match in matches:
        words.append(match.text + (" (fence)" if match.fence else ""))
        if look.alive(match.child):
            return look.choose(match.child, look.reason(node, trail, ", then ".join(words), match.key))
        words[-1] += " down"
    raise ValueError(f"{node.common.path} is not healthy: only a healthy node chooses")


def key(node: Geo | NetworkMatch, matches: Sequence[Match], look: Look) -> Key:
    """Which children match, narrowest first, and what these see of the client."""
    beneath = keys(look, (match.child for match in matches))
    if all(word == DEFAULT for word, _ in node.children):
        return beneath
    return (tuple(match.place for match in matches), beneath)


def by_place(node: Geo | NetworkMatch, family: Family) -> bool:
    return any(key != DEFAULT and (has_family(child, family) or common_of(child).fence) for key, child in node.children)
