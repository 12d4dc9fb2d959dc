"""geoproximity: the healthy region at the least great-circle distance after bias."""

from __future__ import annotations

from gslb.geo import distance_km
from gslb.model import Geoproximity
from gslb.policy.kind import Choice, Key, Trail, keys
from gslb.policy.look import Look


def biased(kilometres: float, bias: int) -> float:
    """d(1 - b/100) for b > 0 draws clients in, d / (1 + b/100) for b < 0 keeps them off; b is -99 … 99."""
    return kilometres * (1 - bias / 100) if bias > 0 else kilometres / (1 + bias / 100)


def choose(node: Geoproximity, look: Look, trail: Trail) -> Choice:
    ranked = _ranked(node, look)
    place = next(place for place, _ in ranked if look.alive(node.children[place][1]))
    words = [
        node.children[at][0]
        + (" at an unknown distance" if distance is None else f" {distance:.0f} km")
        + ("" if look.alive(node.children[at][1]) else " down")
        for at, distance in ranked
    ]
    region, child = node.children[place]
    text = ", ".join(words) + (" after bias" if node.bias else "")
    return look.choose(child, look.reason(node, trail, text, region))


def key(node: Geoproximity, look: Look) -> Key:
    """The regions in order."""
    beneath = keys(look, (child for _, child in node.children))
    if len(node.children) == 1:
        return beneath
    return (tuple(place for place, _ in _ranked(node, look)), beneath)


def _ranked(node: Geoproximity, look: Look) -> list[tuple[int, float | None]]:
    """Places among the children by biased distance; unknown ones last; else as written."""
    bias, sites, here = dict(node.bias), look.ask.sites, look.ask.location.coordinates
    found: list[tuple[int, float | None]] = []
    for place, (region, _) in enumerate(node.children):
        site = sites.get(region)
        distance = None if here is None or site is None else distance_km(site, here)
        found.append((place, None if distance is None else biased(distance, bias.get(region, 0))))
    return sorted(found, key=lambda row: (row[1] is None, row[1] or 0.0, row[0]))
