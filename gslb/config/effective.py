"""Every value that is in effect, in the words of the language, and the place it comes from: what `show` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gslb.config.compose import Block, place
from gslb.config.load import Source
from gslb.config.names import absolute_name
from gslb.config.outline import Line, outline
from gslb.config.values import Noun, values
from gslb.config.zones import steered_name
from gslb.model import (
    Balancer,
    Fault,
    Faults,
    Mark,
    Monitor,
    NetworkSet,
    Node,
    Notify,
    PlaceSet,
    Pool,
    Region,
    RoutingControl,
    Steered,
    Vantage,
    did_you_mean,
    mark_of,
    policy_tree,
)

Named = Balancer | NetworkSet | PlaceSet | Region | RoutingControl | Vantage | Monitor | Pool
MAIN = frozenset({"dns", "probe", "address", "name", "rdata", "networks", "places"})


@dataclass(frozen=True, slots=True)
class Part:
    """A noun as shown: its title, what an operator may call it, where it is written, and a line a value."""

    title: str
    names: tuple[str, ...]
    mark: Mark | None
    lines: tuple[Line, ...]


def full(source: Source, path: str = "", *, written_only: bool = False) -> str:
    """What is in effect for a pool, endpoint, monitor, region, zone, steered name … (""; everything), a line a value.

    `written_only` leaves out defaults. Raises Faults for a path that names nothing.
    """
    parts = tuple(_parts(source))
    shown = [part for part in parts if not path or path in part.names]
    if not shown:
        hint = did_you_mean(path, [name for part in parts for name in part.names])
        raise Faults(Fault(f"there is nothing called {path}", hint=hint))
    return "\n\n".join(_table(part, [line for line in part.lines if line.mark or not written_only]) for part in shown)


def _table(part: Part, lines: list[Line]) -> str:
    rows = [(f"{'  ' * line.depth}{line.key}", line.value, str(line.mark or "default")) for line in lines]
    keys = max((len(key) for key, _, _ in rows), default=0)
    texts = min(60, max((len(value) for _, value, _ in rows), default=0))
    head = f"{part.title}  {part.mark or ''}".rstrip()
    return "\n".join((head, *(f"{key:{keys}}  {value:{texts}}  {origin}" for key, value, origin in rows)))


def _parts(source: Source) -> Iterator[Part]:
    model, written = source.model, source.written
    singles: dict[str, Noun] = {"node": model.node, "listen": model.listen, "clients": model.clients}
    singles |= {"notify": model.notify} if model.notify.recipients else {}
    singles |= {"probes": model.probes, "defaults": model.defaults, "drain": model.drain}
    for name, single in (singles | {"safety": model.safety, "windows": model.windows, "log": model.log}).items():
        yield Part(name, (name,), None, _lines(written, (name,), single))
    sections: dict[str, Mapping[str, Named]] = {
        "network": model.networks,
        "place": model.places,
        "region": model.regions,
        "vantage": model.vantages,
        "sentinel": model.sentinels,
        "monitor": model.monitors,
        "pool": model.pools,
        "balancer": model.balancers,
        "routing_control": model.routing_controls,
    }
    for title, nouns in sections.items():
        for name, noun in nouns.items():
            yield Part(f"{title} {name}", (name,), noun.mark, _lines(written, (f"{title}s", name), noun))
    for pool in model.pools.values():
        for endpoint in pool.endpoints:
            keys = ("pools", pool.name, "endpoints", endpoint.path.partition("/")[2])
            yield Part(f"endpoint {endpoint.path}", (endpoint.path,), endpoint.mark, _lines(written, keys, endpoint))
    for name in model.policies:
        tree = policy_tree(model, name)
        yield Part(f"policy {name}", (name,), mark_of(name), tuple(outline(tree)) if tree else ())
    for zone, word in _zones(written):
        lines = _lines(written, ("zones", word), model.zones[zone])
        yield Part(f"zone {zone}", (zone, zone[:-1], word), model.zones[zone].mark, lines)
        for name, _ in _block(written, "zones", word, "steer").entries():
            steered = model.steered[steered_name(name, zone)]
            lines = _lines(written, ("zones", word, "steer", name), steered)
            lines += tuple(outline(model.trees[steered.name]))
            names = (steered.name, steered.name[:-1], name)
            yield Part(f"steered name {steered.name}", names, steered.mark, lines)


def _lines(written: Block, keys: tuple[str, ...], noun: Noun) -> tuple[Line, ...]:
    """Each value and where it is written: under the noun, else where its kind takes it from."""
    return tuple(
        Line(key, text, _mark(written, *keys, *key.split(".")) or _elsewhere(written, keys, key, noun))
        for key, text in values(noun)
    )


def _elsewhere(written: Block, keys: tuple[str, ...], key: str, noun: Noun) -> Mark | None:
    match noun:
        case Notify():
            return next(one.mark for one in noun.recipients if one.name == key)
        case Monitor() if key == "probe":
            return noun.mark  # a URL hung up without a name
        case Monitor():
            return _mark(written, "defaults", "monitor", key)
        case Steered():
            return _mark(written, "defaults", "steer", key)
        case Vantage():
            return _mark(written, "regions", keys[-1], "vantage" if key == "token" else key)
        case Node():
            return _mark(written, key)
        case _:
            return None


def _zones(written: Block) -> Iterator[tuple[str, str]]:
    """Zones: absolute name, and as written."""
    return ((absolute_name(word), word) for word in _block(written, "zones"))


def _block(written: Block, *keys: str) -> Block:
    value: object = written
    for key in keys:
        value = value.get(key) if isinstance(value, Block) else None
    return value if isinstance(value, Block) else Block()


def _mark(written: Block, *keys: str) -> Mark | None:
    """Where the value under so many keys is written; a noun's main value may stand there instead of its map."""
    value: object = written
    for key in keys:
        if not isinstance(value, Block):
            return place(value) if key in MAIN else None
        if key not in value:
            return None
        value = value[key]
    return place(value)
