"""Where a tree ends: an endpoint, fixed records, or another name of ours."""

from __future__ import annotations

from gslb.image import Constant
from gslb.model import Alias, Leaf, Rdata
from gslb.policy.ask import Outcome
from gslb.policy.kind import ILL, WELL, Choice, Health, Key, Trail
from gslb.policy.look import Look
from gslb.policy.state import has_family


def endpoint_health(leaf: Leaf, look: Look) -> Health:
    """Healthy when usable: all its checks up, under the operator's word. Without the family it takes no part."""
    found = look.state(leaf)
    if found is None or not found.usable(look.leniency, leaf.path in look.good):
        return ILL
    return Health(healthy=True, horizon=found.horizon, suspect=found.suspect)


def fixed_health(leaf: Rdata | Alias, look: Look) -> Health:
    """Records are healthy while their monitors pass; an alias needs its target healthy, too."""
    if not has_family(leaf, look.ask.family):
        return ILL
    gate = look.gate(leaf.common)
    match leaf:
        case Alias(tree=tree) if tree is not None:
            target = look.own_health(tree) if gate.healthy else ILL
            return Health(target.healthy, min(gate.horizon, target.horizon), gate.suspect or target.suspect)
        case _ if look.leniency.good:
            return WELL if leaf.common.path in look.good else ILL
        case _:
            return gate


def choose(leaf: Leaf | Rdata, look: Look, trail: Trail) -> Choice:
    return Constant(_alone(leaf, look, trail))


def choose_alias(alias: Alias, look: Look, trail: Trail) -> Choice:
    """What the other name would answer, by its memory; static data is for the name server to look up."""
    if alias.tree is None:
        return Constant(_alone(alias, look, trail))
    found = look.own(alias.tree, look.reason(alias, trail, alias.name, alias.name))
    if found is None:
        raise ValueError(f"{alias.name} is not healthy: only a healthy child is chosen from")
    return found


def alias_key(alias: Alias, look: Look) -> Key:
    return () if alias.tree is None else look.key(alias.tree)


def _alone(leaf: Leaf | Rdata | Alias, look: Look, trail: Trail) -> Outcome:
    return look.outcome((leaf,), (*trail, look.said(leaf, trail)))
