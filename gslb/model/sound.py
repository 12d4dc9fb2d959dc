"""What must hold of a finished tree as a whole: one type, one way to locate, no NODATA that others would cache."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gslb.model.mark import Collector, Mark
from gslb.model.model import Model
from gslb.model.served import check_heard
from gslb.model.spec import Steered
from gslb.model.tree import (
    Common,
    Geo,
    Geoproximity,
    LastResort,
    Latency,
    Leaf,
    NetworkMatch,
    Rdata,
    Sticky,
    Tree,
    Weighted,
    walk,
)

ADDRESS = "ADDRESS"


def check_tree(steered: Steered, tree: Tree, model: Model, faults: Collector) -> None:
    """Every fault of a steered name's tree that no node alone can see."""
    nodes = tuple(walk(tree))
    commons = [node.common for node in nodes if not isinstance(node, Leaf)]
    fallbacks = [common.on_all_down.fallback for common in commons if common.on_all_down]
    _one_type(steered, (*nodes, *filter(None, fallbacks)), model, faults)
    _one_way_to_locate(steered, commons, faults)
    check_heard(steered, tree, model, faults)
    if any(map(_varies, nodes)):
        _no_shared_nodata(steered, commons, faults)


def answer_type(tree: Tree, model: Model) -> str | None:
    """What a sound tree answers: "ADDRESS" (A and AAAA), "CNAME" or another type; None: only static names' data."""
    return next((type_ for node in walk(tree) if (type_ := _type(node, model)) is not None), None)


def varies_by_client(tree: Tree) -> bool:
    """Whether two clients may be answered differently at the same moment."""
    return any(map(_varies, walk(tree)))


def _varies(node: Tree) -> bool:
    if isinstance(node, Weighted):
        return node.by_client
    return isinstance(node, Geo | NetworkMatch | Latency | Geoproximity | Sticky)


def _type(node: Tree, model: Model) -> str | None:
    match node:
        case Leaf(endpoint=endpoint):
            return model.pools[endpoint.pool].type
        case Rdata(type="A" | "AAAA"):
            return ADDRESS
        case Rdata(type=type_):
            return type_
        case _:
            return None


def _one_type(steered: Steered, nodes: Iterable[Tree], model: Model, faults: Collector) -> None:
    first: tuple[str, str] | None = None
    for node in nodes:
        if (type_ := _type(node, model)) is None:
            continue
        first = first or (_name(node), type_)
        if type_ != first[1]:
            message = f"{_name(node)} answers {_shown(type_)}, but {first[0]} answers {_shown(first[1])}"
            faults.add(message, _mark(node, steered), "all leaves of one name are of one type")
            return
    if first and first[1] == "CNAME" and steered.name == steered.zone:
        hint = "write addresses: a CNAME cannot stand beside SOA and NS"
        faults.add(f"{first[0]} is a name, which the apex of a zone cannot answer", steered.mark, hint)


def _one_way_to_locate(steered: Steered, commons: Sequence[Common], faults: Collector) -> None:
    other = next((common for common in commons if common.locate != commons[0].locate), None)
    if other is not None:
        message = f"locate: {other.locate} here, but {commons[0].locate} above"
        hint = f"an answer has one scope: say locate: at {steered.name} only"
        faults.add(message, other.mark or steered.mark, hint)


def _no_shared_nodata(steered: Steered, commons: Iterable[Common], faults: Collector) -> None:
    for common in commons:
        if common.on_all_down is not None and common.on_all_down.kind is LastResort.CLOSED:
            hint = "write open, last_good or {fallback: POOL}"
            message = f"on_all_down: closed, but {steered.name} varies by client, and NODATA is cached for everybody"
            faults.add(message, common.mark or steered.mark, hint)


def _name(node: Tree) -> str:
    return node.path if isinstance(node, Leaf) else "rdata"


def _shown(type_: str) -> str:
    return "addresses" if type_ == ADDRESS else type_


def _mark(node: Tree, steered: Steered) -> Mark | None:
    return (node.mark if isinstance(node, Leaf) else node.common.mark) or steered.mark
