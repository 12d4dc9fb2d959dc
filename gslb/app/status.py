"""What `gslb status` and `gslb explain` are told, as plain data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from gslb.app.latches import latches
from gslb.control import WORDS, vantages
from gslb.health import Absence, Override, Verdict
from gslb.model import Check, Endpoint, Model, leaves
from gslb.nameserver import Belief, Explanation, View
from gslb.policy import word_on


def status(
    view: View, age: float, workers: int, wall: float, engine: str, demand: Mapping[str, float]
) -> dict[str, object]:
    """The node at a glance: its engine, endpoints with their verdicts and words, steered names, overrides, latches.

    `demand`: answers a second by region.
    """
    model, belief = view.world.model, view.belief
    by_endpoint: dict[str, set[Check]] = defaultdict(set)
    for check in belief.verdicts:
        by_endpoint[check.endpoint].add(check)
    for path, check in gates(model):
        by_endpoint[path].add(check)
    endpoints = [
        _endpoint(endpoint, _known(by_endpoint[endpoint.path], belief), belief.overrides, wall)
        for pool in model.pools.values()
        for endpoint in pool.endpoints
    ]
    return {
        "node": model.node.name,
        "generation": belief.generation,
        "epoch": belief.epoch,
        "age": age,
        "workers": workers,
        "engine": engine,
        "zones": [zone.apex.to_text() for zone in view.world.zones],
        "regions": [
            {"region": one.name, "rate": demand.get(one.name, 0.0), "capacity": one.capacity}
            for one in model.regions.values()
        ],
        "endpoints": endpoints,
        "monitors": [_verdict(one, wall) for one in _known(by_endpoint[""], belief)],
        "vantages": [_vantage(name, belief.absences.get(name)) for name in vantages(model)],
        "overrides": [_override(one, wall) for one in belief.overrides.values()],
        "latches": [asdict(latch) | {"name": short(latch.name, model)} for latch in latches(model, belief.memory)],
    }


def capacities(model: Model) -> dict[str, float]:
    """What each region can carry, of those for which it is written."""
    return {region.name: region.capacity for region in model.regions.values() if region.capacity is not None}


def short(name: str, model: Model) -> str:
    """A steered name as under `steer:` where one zone has names, else whole."""
    zones = {steered.zone for steered in model.steered.values()}
    if len(zones) > 1:
        return name.rstrip(".")
    return name.removesuffix(model.steered[name].zone).rstrip(".") or "@"


def gates(model: Model) -> Iterator[tuple[str, Check]]:
    """The checks without a target that endpoints hang on: a heartbeat, what is calculated from others."""
    trees = {id(tree): tree for tree in model.trees.values()}
    for tree in trees.values():
        for leaf in leaves(tree):
            yield from ((leaf.endpoint.path, Check(name)) for name in leaf.gates)


def _known(checks: Iterable[Check], belief: Belief) -> list[Verdict]:
    return [belief.verdicts[check] for check in sorted(checks) if check in belief.verdicts]


def _endpoint(
    endpoint: Endpoint, verdicts: Sequence[Verdict], overrides: Mapping[str, Override], wall: float
) -> dict[str, object]:
    word = word_on(endpoint, overrides, wall)
    states = {_state(verdict) for verdict in verdicts}
    return {
        "path": endpoint.path,
        "region": endpoint.region,
        "state": next((one for one in ("down", "waiting", "held") if one in states), "up"),
        "word": word.standing.value if word else "auto",
        "verdicts": [_verdict(verdict, wall) for verdict in verdicts],
    }


def _verdict(verdict: Verdict, wall: float) -> dict[str, object]:
    return {
        "monitor": verdict.check.monitor,
        "address": verdict.check.address,
        "state": _state(verdict),
        "suspect": verdict.suspect,
        "for": max(0.0, wall - verdict.since),
        "reason": verdict.reason,
        "votes": list(verdict.votes),
    }


def _state(verdict: Verdict) -> str:
    if not verdict.known:
        return "waiting"
    return "up" if verdict.up else "held" if verdict.held else "down"


def _vantage(name: str, absence: Absence | None) -> dict[str, object]:
    state = WORDS[absence.lack] if absence else "votes"
    return {"name": name, "state": state, "reason": absence.reason if absence else ""}


def _override(override: Override, wall: float) -> dict[str, object]:
    return {
        "path": override.path,
        "word": override.standing.value,
        "why": override.reason,
        "author": override.author,
        "at": override.at,
        "expires": override.expires,
        "id": override.id,
        "begins": override.begins,
        "ramp": override.ramp,
        "share": override.share(wall),
    }


def explained(found: Explanation) -> dict[str, object]:
    """An explanation as data; the steps in order, deepest last."""
    place = found.location
    return {
        "name": found.name,
        "type": found.rdtype,
        "client": found.client,
        "country": place.country,
        "asn": place.asn,
        "networks": list(place.networks),
        "source": place.source,
        "steps": [
            {"path": step.path, "kind": step.kind, "chosen": step.chosen, "text": step.text, "depth": step.depth}
            for step in found.why
        ],
        "health": [
            {"path": path, "verdicts": [{"up": one.up, "reason": one.reason, "since": one.since} for one in verdicts]}
            for path, verdicts in found.health
        ],
        "opened": str(found.outcome.opened or "") if found.outcome else "",
        "rcode": found.rcode,
        "answer": list(found.answer),
        "ttl": found.ttl,
        "scope": found.scope,
        "generation": found.generation,
    }
