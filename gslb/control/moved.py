"""Whom a matter concerns: the names that hang on what went down, who owns them, and where it is written what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gslb.control.mentions import Mentions
from gslb.model import Check, Failover, Model, Occasion, walk


@dataclass(frozen=True, slots=True)
class About:
    """Steered names, in the order of the configuration, with their owners (else their zones') and runbooks."""

    names: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    runbooks: tuple[str, ...] = ()


def about(occasion: Occasion, members: Iterable[str], model: Model) -> About:
    """`members` are checks as text, names, or (a vantage) nothing that names hang on."""
    match occasion:
        case Occasion.FAILOVER:
            names = touched(members, model)
        case Occasion.ALL_DOWN | Occasion.LATCHED:
            wanted = set(members)
            names = [name for name in model.steered if name in wanted]
        case _:
            names = []
    steered = [model.steered[name] for name in names]
    owners = (one.owner or (model.zones[one.zone].owner if one.zone in model.zones else "") for one in steered)
    return About(
        tuple(names),
        tuple(dict.fromkeys(filter(None, owners))),
        tuple(dict.fromkeys(one.runbook for one in steered if one.runbook)),
    )


def touched(checks: Iterable[str], model: Model) -> list[str]:
    """The names whose answers hang on these checks."""
    wanted, mentions = set(checks), Mentions(model)
    found: set[str] = set()
    for check in _checks(model):
        if str(check) in wanted:
            found |= mentions.by_check(check)
    return [name for name in model.steered if name in found]


def _checks(model: Model) -> Iterable[Check]:
    for pool in model.pools.values():
        for endpoint in pool.endpoints:
            for family in endpoint.families:
                for monitor in model.monitors:
                    yield Check(monitor, endpoint.path, endpoint.address(family) or "")


def lasts_until(names: Iterable[str], published: float, model: Model) -> float:
    """When the last honest client of these names has asked again, wall seconds."""
    ttls = [model.steered[name].ttl.maximum for name in names if name in model.steered]
    return published + max(ttls, default=0)


def latched_name(key: str, model: Model) -> str | None:
    """The steered name that a latch (its key in the memory) is of, if it is a failover's: others move all the time."""
    path = key.partition("|")[0]
    for name, tree in model.trees.items():
        if any(isinstance(node, Failover) and node.common.path == path for node in walk(tree)):
            return name
    return None
