"""Whom a matter concerns: the names that hang on what went down, who owns them, and where it is written what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from gslb.control import Mentions
from gslb.model import Check, Failover, Model, Occasion, walk


@dataclass(frozen=True, slots=True)
class About:
    """Steered names, in the order of the configuration, with their owners (else their zones') and runbooks."""

    names: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    runbooks: tuple[str, ...] = ()


class Concerns:
    """What of a model tells whom a matter concerns; worked out when it is first asked for."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def _mentions(self) -> Mentions:
        return Mentions(self.model)

    @cached_property
    def _latching(self) -> dict[str, str]:
        """By the path of each failover node, a name that it is of; other nodes' latches move all the time."""
        found: dict[str, str] = {}
        for name, tree in self.model.trees.items():
            for node in walk(tree):
                if isinstance(node, Failover):
                    found.setdefault(node.common.path, name)
        return found

    def about(self, occasion: Occasion, members: Iterable[str]) -> About:
        """`members` are checks as text, names, keys of latches, or (a vantage) nothing that names hang on."""
        model = self.model
        match occasion:
            case Occasion.FAILOVER:
                wanted = self.touched(members)
            case Occasion.ALL_DOWN:
                wanted = set(members)
            case Occasion.LATCHED:
                wanted = {name for key in members if (name := self.latched_name(key)) is not None}
            case _:
                wanted = set()
        names = [name for name in model.steered if name in wanted] if wanted else []
        steered = [model.steered[name] for name in names]
        owners = (one.owner or (model.zones[one.zone].owner if one.zone in model.zones else "") for one in steered)
        return About(
            tuple(names),
            tuple(dict.fromkeys(filter(None, owners))),
            tuple(dict.fromkeys(one.runbook for one in steered if one.runbook)),
        )

    def touched(self, checks: Iterable[str]) -> set[str]:
        """The names whose answers hang on these checks."""
        return {name for check in checks for name in self._mentions.by_check(check_of(check))}

    def latched_name(self, key: str) -> str | None:
        """The steered name that a latch (its key in the memory) is of, if it is a failover's."""
        return self._latching.get(key.partition("|")[0])


def check_of(text: str) -> Check:
    """The check that a text tells of."""
    monitor, at, rest = text.rpartition("@")
    endpoint, bracket, address = rest.rpartition("[")
    if not at or not bracket or not address.endswith("]"):
        return Check(text)
    return Check(monitor, endpoint, address[:-1])


def lasts_until(names: Iterable[str], published: float, model: Model) -> float:
    """When the last honest client of these names has asked again, wall seconds."""
    ttls = [model.steered[name].ttl.maximum for name in names if name in model.steered]
    return published + max(ttls, default=0)
