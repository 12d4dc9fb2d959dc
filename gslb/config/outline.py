"""A policy tree as lines to read: one a node, indented, each with what stands before it and what it carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gslb.config.scalars import duration_text, share_text
from gslb.model import (
    Alias,
    Common,
    Endpoint,
    Failback,
    Failover,
    Geo,
    Geoproximity,
    LastResort,
    Latency,
    Leaf,
    Load,
    Mark,
    Multivalue,
    NetworkMatch,
    OnAllDown,
    Rdata,
    Simple,
    Sticky,
    Tree,
    Weighted,
)


class Line(NamedTuple):
    """One value: its key, its text, where it was written (None: nowhere, it is the default), its indentation."""

    key: str
    value: str
    mark: Mark | None = None
    depth: int = 1


def outline(tree: Tree, key: str = "policy", depth: int = 1) -> Iterator[Line]:
    """A node and all below it."""
    mark = tree.mark if isinstance(tree, Leaf) else tree.common.mark
    yield Line(key, _words(tree), mark, depth)
    for before, child in _below(tree):
        yield from outline(child, before, depth + 1)


def addresses(endpoint: Endpoint) -> str:
    """What an endpoint is reached by."""
    port = f" port {endpoint.port}" if endpoint.port else ""
    reached = [str(each) for each in (endpoint.v4, endpoint.v6, endpoint.rdata or endpoint.target) if each is not None]
    return ", ".join(reached) + port


def failback(written: Failback) -> str:
    match written.after:
        case None:
            return "manual"
        case 0:
            return "auto"
        case seconds:
            return f"{{after: {duration_text(seconds)}}}"


def last_resort(kind: LastResort, fallback: str) -> str:
    return f"{{fallback: {fallback}}}" if kind is LastResort.FALLBACK else kind.value


def _below(tree: Tree) -> list[tuple[str, Tree]]:
    match tree:
        case Leaf() | Rdata() | Alias():
            return []
        case Simple(children=children):
            return [("-", child) for child in children]
        case Multivalue(children=nodes):
            return [("-", child) for child in nodes]
        case Failover(children=nodes):
            return [(f"{number}.", child) for number, child in enumerate(nodes, 1)]
        case Weighted(children=shares) | Sticky(children=shares) | Load(children=shares):
            return [(str(weight), child) for weight, child in shares]
        case Latency() | Geo() | Geoproximity() | NetworkMatch():
            return list(tree.children)


def _words(tree: Tree) -> str:
    match tree:
        case Leaf(path=path, endpoint=endpoint):
            monitors = ", ".join((*tree.monitors, *tree.gates))
            return f"{path}  {addresses(endpoint)}" + (f"  monitors {monitors}" if monitors else "")
        case Rdata(common, type_, texts):
            return _with(f"rdata {type_} {', '.join(texts)}", common)
        case Alias(common, name, target):
            return _with(f"alias {name}" + (" (static)" if target is None else ""), common)
        case Simple(common, leaves):
            return _with(f"simple {', '.join(dict.fromkeys(leaf.endpoint.pool for leaf in leaves))}", common)
        case Multivalue(common, answers=answers):
            return _with(f"multivalue, {answers} answers", common)
        case Weighted(common, by_client=by_client):
            return _with("weighted" + (" by client" if by_client else ""), common)
        case Sticky(common):
            return _with("sticky", common)
        case Load(common, _, high, low, window):
            turns = f", window {duration_text(window)}" if window is not None else ""
            return _with(f"load, high_water {share_text(high)}, low_water {share_text(low)}{turns}", common)
        case Failover(common, _, back, trickle):
            return _with(
                f"failover, failback {failback(back)}" + (f", trickle {share_text(trickle)}" * bool(trickle)), common
            )
        case Latency(common, _, hysteresis, switch_after):
            return _with(
                f"latency, hysteresis {share_text(hysteresis)}, switch_after {duration_text(switch_after)}", common
            )
        case Geoproximity(common, _, bias):
            biases = "".join(f", bias {region} {amount}" for region, amount in bias)
            return _with(f"geoproximity{biases}", common)
        case Geo(common):
            return _with("geo", common)
        case NetworkMatch(common):
            return _with("network", common)


def _with(words: str, common: Common) -> str:
    """What a node is, and what it carries that is not the rule."""
    parts = [words]
    parts += [f"monitors {', '.join(common.monitors)}"] if common.monitors else []
    parts += [f"min_healthy {common.min_healthy}"] if common.min_healthy > 1 else []
    parts += [f"on_all_down {_all_down(common.on_all_down)}"] if common.on_all_down else []
    parts += ["fence"] if common.fence else []
    parts += [f"locate {common.locate}"] if common.locate != "ecs" else []
    return ", ".join(parts)


def _all_down(written: OnAllDown) -> str:
    return last_resort(written.kind, written.fallback.path if written.fallback else "")
