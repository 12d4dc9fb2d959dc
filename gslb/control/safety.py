"""What no order may do unless it is forced: safety rules, the freeze, and leaving a name with nothing to answer.

desk before, desk after ─► check ─► what would be broken, each with the rule, its place, and what would be allowed

Rules are asked for the present and for every moment at which a plan begins. What is broken already may stay broken: an
order is refused only where it leaves less than there was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf

from gslb.control.desk import Desk, paths_changed
from gslb.control.mentions import Mentions
from gslb.control.windows import ends_at, inside, utc
from gslb.health import Override, Standing
from gslb.model import Alias, Endpoint, Family, Leaf, Model, Rdata, SafetyRule, Tree, leaves, paths_of, walk
from gslb.policy import word_on

TAKING = (Standing.DRAIN, Standing.OFF)


def check(
    before: Desk, after: Desk, model: Model, mentions: Mentions, wall: float, names: Iterable[str] = ()
) -> Iterator[str]:
    """Everything that going from one desk to the other, and letting these steered names go back, would break."""
    paths = paths_changed(before, after)
    yield from _frozen(before, after, (*paths, *names), model, wall)
    for rule in model.safety.rules:
        broken = _broken(rule, before, after, paths, model, wall)
        if broken:
            yield f"{rule.mark or 'safety'}  {rule}: {broken}"
    yield from _nothing_left(before, after, paths, model, mentions, wall)


def warnings(before: Desk, after: Desk, model: Model, wall: float) -> Iterator[str]:
    """What is allowed but unexpected: a drain outside of the maintenance windows."""
    windows = model.windows.maintenance
    for path in paths_changed(before, after):
        word = after.overrides.get(path)
        if windows and word and word.standing is Standing.DRAIN and word.expires != wall:
            begins = max(wall, word.starts)
            if inside(windows, begins) is None:
                expected = ", ".join(map(str, windows))
                yield f"{utc(begins)} is outside of the maintenance windows ({expected})"


def begins_well(desk: Desk, path: str, model: Model, mentions: Mentions, wall: float) -> str:
    """Why a plan that is due now must not begin, or "": what was allowed when it was planned may be so no longer."""
    plan = desk.overrides[path]
    return "" if plan.forced else next(check(desk.without(path), desk, model, mentions, max(wall, plan.starts)), "")


def taken_at(before: Desk, after: Desk, wall: float, model: Model) -> Mapping[str, float]:
    """When each path was last taken away, after a change."""
    news = {path: wall for path in paths_changed(before, after) if _takes(before, after, path, wall) <= wall}
    longest = max((rule.wait for rule in model.safety.rules), default=0.0)
    return {path: at for path, at in (dict(after.board.taken) | news).items() if wall - at < longest}


def _takes(before: Desk, after: Desk, path: str, wall: float) -> float:
    """From when on (wall seconds) an order takes a path away that was not taken before; infinity: it does not."""
    if path in after.board.controls and before.on(path) and not after.on(path):
        return wall
    word = after.overrides.get(path)
    if word is None or word.standing not in TAKING or word.expires == wall:
        return inf
    earlier = before.overrides.get(path)
    if earlier is not None and earlier.standing in TAKING and earlier.starts <= word.starts:
        return inf
    return max(wall, word.starts)


def _broken(rule: SafetyRule, before: Desk, after: Desk, paths: Iterable[str], model: Model, wall: float) -> str:
    concerned = [path for path in paths if any(_overlap(path, name, model) for name in rule.of) or not rule.of]
    if rule.gate:
        concerned = [path for path in concerned if path != rule.gate]
        if concerned and not before.on(rule.gate):
            kept = ", ".join(concerned)
            return f"{kept} stays as it is while {rule.gate} is off; write gslb control {rule.gate} on first"
        return ""
    if rule.wait:
        return _too_soon(rule, before, after, concerned, model, wall)
    return _too_few(rule, before, after, model, wall)


def _overlap(path: str, name: str, model: Model) -> bool:
    """Whether to change one is to change something of the other: an endpoint lies on both."""
    return path == name or any(
        {path, name} <= {*paths_of(one)} for pool in model.pools.values() for one in pool.endpoints
    )


def _too_soon(rule: SafetyRule, before: Desk, after: Desk, paths: Iterable[str], model: Model, wall: float) -> str:
    moments = {
        path: at
        for path, at in before.board.taken.items()
        if any(_overlap(path, one, model) for one in rule.of or (path,))
    }
    for path in paths:
        begins = _takes(before, after, path, wall)
        if begins == inf:
            continue
        planned = {
            other: one.starts
            for other, one in after.overrides.items()
            if other != path and one.standing in TAKING and one.starts > wall and other in before.overrides
        }
        for other, at in (moments | planned).items():
            if other != path and abs(begins - at) < rule.wait:
                return f"{other} was taken away at {utc(at)}; {path} may be at {utc(at + rule.wait)}"
    return ""


def _too_few(rule: SafetyRule, before: Desk, after: Desk, model: Model, wall: float) -> str:
    begins = (one.starts for one in after.overrides.values())
    for moment in (wall, *sorted(start for start in begins if start > wall)):
        left = [name for name in rule.of if not _gone(name, after, model, moment)]
        missing = {name: why for name in rule.of if (why := _gone(name, before, model, moment))}
        if len(left) < rule.keep and len(left) < len(rule.of) - len(missing):
            also = " or ".join(f"{name} ({why})" for name, why in missing.items())
            when = "" if moment == wall else f" from {utc(moment)} on"
            only = f"only {', '.join(left)}" if left else "nothing"
            return f"{only} would be left{when}; " + (f"take back {also} first" if also else "take fewer away")
    return ""


def _gone(name: str, desk: Desk, model: Model, moment: float) -> str:
    """What takes a path or a control away at a moment, in words; "" where something of it is left."""
    if name in model.routing_controls and not desk.on(name):
        return f"control {name} is off"
    within = [one for pool in model.pools.values() for one in pool.endpoints if name in paths_of(one)]
    reasons = [_endpoint_gone(endpoint, desk, model, moment) for endpoint in within]
    return reasons[0] if reasons and all(reasons) else ""


def _endpoint_gone(endpoint: Endpoint, desk: Desk, model: Model, moment: float) -> str:
    for path in paths_of(endpoint):
        if path in model.routing_controls and not desk.on(path):
            return f"control {path} is off"
    counting = {path: one for path, one in desk.overrides.items() if one.starts <= moment < one.ends}
    word = word_on(endpoint, counting, moment, -1.0)
    return f"{word.standing.value} {word.path}" if word is not None and word.standing in TAKING else ""


def _frozen(before: Desk, after: Desk, paths: Iterable[str], model: Model, wall: float) -> Iterator[str]:
    """A freeze forbids changes that take effect in it; to cancel a plan is none."""
    for path in paths:
        word = after.overrides.get(path)
        earlier = before.overrides.get(path)
        if word is None and earlier is not None and earlier.starts > wall:
            continue
        begins = max(wall, word.starts) if word is not None else wall
        window = inside(model.windows.freeze, begins)
        if window is not None:
            mark = f"{model.windows.freeze_mark}  " if model.windows.freeze_mark else ""
            yield f"{mark}freeze {window}: {path} stays as it is until {utc(ends_at(window, begins))}"


def _nothing_left(
    before: Desk, after: Desk, paths: Iterable[str], model: Model, mentions: Mentions, wall: float
) -> Iterator[str]:
    """Names that `off` would leave with nothing to answer."""
    for path in paths:
        word = after.overrides.get(path)
        if word is None or word.standing is not Standing.OFF:
            continue
        for name in sorted(mentions.by_path(path)):
            tree = model.trees[name]
            for family in Family:
                if _all_off(tree, family, after.overrides, wall) and not _all_off(tree, family, before.overrides, wall):
                    what = f"the last of {name}" + (f" for {family.value}" if family is not Family.NAME else "")
                    yield f"that is {what}, which would answer nothing"


def _all_off(tree: Tree, family: Family, words: Mapping[str, Override], wall: float) -> bool:
    having = [leaf for leaf in answerable(tree) if leaf.endpoint.address(family) is not None]
    heard = [word_on(leaf.endpoint, words, wall) for leaf in having]
    return bool(heard) and all(word and word.standing is Standing.OFF for word in heard) and not _has_fixed(tree)


def answerable(tree: Tree) -> tuple[Leaf, ...]:
    """Every endpoint that a tree may answer, a fallback's too."""
    last = (node.common.on_all_down for node in walk(tree) if not isinstance(node, Leaf))
    return (*leaves(tree), *(one.fallback for one in last if one is not None and one.fallback is not None))


def _has_fixed(tree: Tree) -> bool:
    """Whether it also has records that nobody can turn off."""
    return any(isinstance(node, Rdata) or (isinstance(node, Alias) and node.tree is None) for node in walk(tree))
