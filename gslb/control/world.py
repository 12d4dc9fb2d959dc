"""From a model to a world: zones read, clients placed, every tree's classes of clients drawn; or every fault at once.

Model ─┬─ zone sources, steered names ─► Zones
       ├─ databases, overlay, networks ─► Atlas ─► a class map for each tree that varies by place
       └─ regions                       ─► where they stand
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path

import dns.name
from dns.rdatatype import RdataType

from gslb.geo import (
    COUNTRY_DATABASE,
    Atlas,
    ClassMap,
    Database,
    MeasuredRow,
    age_warnings,
    class_map,
    digest_of,
    open_database,
    overlay,
    site,
)
from gslb.model import (
    Alias,
    Family,
    Fault,
    Faults,
    Geo,
    Geoproximity,
    Latency,
    Leaf,
    Model,
    Network,
    NetworkMatch,
    Tree,
    ZoneSource,
    children,
    walk,
)
from gslb.nameserver import World, types
from gslb.policy import classify, varies
from gslb.zone import Hit, Zone, Zones, load


@dataclass(frozen=True, slots=True)
class Assembled:
    """A world, and what is legal but unwise about it."""

    world: World
    warnings: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Faults:
    found: list[Fault] = field(default_factory=list)

    def catch(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Faults as faults:
            self.found.extend(faults.faults)


def assemble(
    model: Model,
    read: Callable[[str], str],
    wall: float,
    cache: Path | None = None,
    before: World | None = None,
    measured: Sequence[MeasuredRow] = (),
) -> Assembled:
    """Build the world of a model. `read` gives a file's text; `wall` (seconds) is what a database's age is counted to.

    `measured` are the round trips that were published.

    `cache` is a folder for what is slow to make. Zones of `before`, a world made by this same program, are taken over
    where nothing they were read from has changed. Raises Faults with everything wrong in zones, places and files.
    """
    faults = _Faults()
    zones: list[Zone] = []
    sites: dict[str, tuple[float, float]] = {}
    for source in model.zones.values():
        faults.catch(lambda source=source: zones.append(_zone(source, model, read, before)))  # type: ignore[misc]
    for region in model.regions.values():
        if region.at is not None:
            faults.catch(lambda region=region: sites.update({region.name: site(region.at, region.mark)}))  # type: ignore[misc]
    placing = {name: tree for name, tree in model.trees.items() if any(varies(tree, kind).by_class for kind in Family)}
    placed: list[tuple[Atlas, tuple[str, ...]]] = []
    faults.catch(
        lambda: placed.append(atlas_of(model, read, wall, cache, measured) if placing else (Atlas.build(), ()))
    )
    if not faults.found:
        faults.found.extend(empty_aliases(model, Zones(zones)))
    if faults.found:
        raise Faults(*faults.found)
    atlas, aged = placed[0]
    classes = draw_classes(placing, atlas, sites)
    world = World(
        model=model,
        zones=Zones(zones),
        atlas=atlas,
        classes=classes,
        sites=sites,
        steered={dns.name.from_text(name): steered for name, steered in model.steered.items()},
        maps={drawn.digest: drawn for drawn in classes.values()},
    )
    warnings = tuple(warning for zone in zones for warning in zone.warnings)
    return Assembled(world, (*warnings, *(Fault(text, model.clients.mark) for text in aged)))


def _zone(source: ZoneSource, model: Model, read: Callable[[str], str], before: World | None) -> Zone:
    known = before.zones.get(dns.name.from_text(source.name)) if before is not None else None
    return load(source, read, steered_types(model, source), before=known)


def steered_types(model: Model, source: ZoneSource) -> dict[dns.name.Name, frozenset[RdataType]]:
    """The names that policies answer in a zone, with the types they answer."""
    return {
        dns.name.from_text(name): types(model.trees[name], model)
        for name, steered in model.steered.items()
        if steered.zone == source.name
    }


def empty_aliases(model: Model, zones: Zones) -> Iterator[Fault]:
    """Aliases to static names that have no address of their own: they would answer nothing, ever."""
    for tree in model.trees.values():
        for node in walk(tree):
            if isinstance(node, Alias) and node.tree is None:
                target = dns.name.from_text(node.name)
                home = zones.find(target)
                kinds = (RdataType.A, RdataType.AAAA)
                if home is None or not any(isinstance(home.lookup(target, kind), Hit) for kind in kinds):
                    hint = "name one with A or AAAA records, or a steered name"
                    yield Fault(f"alias: {node.name} has no address in our zones", node.common.mark, hint)


def draw_classes(
    trees: Mapping[str, Tree], atlas: Atlas, sites: Mapping[str, tuple[float, float]]
) -> dict[str, ClassMap]:
    """A class map for each tree; trees that tell the same clients apart share one."""
    by_outline: dict[Hashable, ClassMap] = {}
    by_digest: dict[str, ClassMap] = {}
    for tree in trees.values():
        if (seen := outline(tree)) not in by_outline:
            found = class_map(atlas, lambda location, tree=tree: classify(tree, location, sites))  # type: ignore[misc]
            by_outline[seen] = by_digest.setdefault(found.digest, found)
    return {name: by_outline[outline(tree)] for name, tree in trees.items()}


def outline(tree: Tree) -> Hashable:
    """What `classify` sees of a tree: what its nodes match clients by, and fences, but no endpoint and no path.

    Trees with equal outlines put the same clients into the same classes. None: it does not look at clients.
    """
    if isinstance(tree, Leaf):
        return None
    below = tuple(map(outline, children(tree)))
    match tree:
        case Latency() | Geo() | Geoproximity() | NetworkMatch():
            options = (field.name for field in fields(tree) if field.name not in ("common", "children"))
            matched = (*(getattr(tree, name) for name in options), *(word for word, _ in tree.children))
            return type(tree).__name__, tree.common.fence, matched, below
        case _ if tree.common.fence or any(one is not None for one in below):
            return type(tree).__name__, tree.common.fence, below
        case _:
            return None


def atlas_of(
    model: Model,
    read: Callable[[str], str],
    wall: float,
    cache: Path | None,
    measured: Sequence[MeasuredRow] = (),
) -> tuple[Atlas, tuple[str, ...]]:
    """The atlas that a model describes, from `cache` if it was made before, and what its databases' age calls for."""
    clients = model.clients
    named = [*clients.geodb]  # a role may have several files: one a family
    if not {"city", "country"} & {role for role, _ in named}:
        named.append(("country", str(COUNTRY_DATABASE)))
    databases: list[Database] = [open_database(role, path, mark=clients.mark) for role, path in named]
    rows = overlay(_text(clients.overlay, read, model), clients.overlay) if clients.overlay else ()
    networks = {name: networks.prefixes for name, networks in model.networks.items()} | _inline_networks(model)
    asns = {name: networks.asns for name, networks in model.networks.items()}
    warnings = age_warnings(databases, wall, clients.warn_after)
    digest = digest_of(databases, rows, networks, asns, clients.latency, measured)
    atlas = None if cache is None else _kept(cache, digest)
    if atlas is None:
        atlas = Atlas.build(databases, rows, networks, asns, clients.latency, measured)
        if cache is not None:
            _keep(atlas, cache)
    return atlas, warnings


def _kept(cache: Path, digest: str) -> Atlas | None:
    """The atlas of that digest, if it was kept and can be read."""
    try:
        return Atlas.from_bytes((cache / f"atlas-{digest}").read_bytes())
    except Exception:  # noqa: BLE001 - whatever a damaged pickle may raise: it is made anew
        return None


def _keep(atlas: Atlas, cache: Path) -> None:
    """Put an atlas into the cache, in place of all others."""
    cache.mkdir(parents=True, exist_ok=True)
    draft = cache / ".atlas"
    draft.write_bytes(atlas.to_bytes())
    for old in cache.glob("atlas-*"):
        old.unlink()
    draft.replace(cache / f"atlas-{atlas.digest}")


def _text(path: str, read: Callable[[str], str], model: Model) -> str:
    try:
        return read(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise Faults(Fault(f"cannot read {path}: {reason}", model.clients.mark)) from error


def _inline_networks(model: Model) -> dict[str, tuple[Network, ...]]:
    """CIDRs that policies and latency rows write themselves, each under its own text."""
    keys = [
        key
        for tree in model.trees.values()
        for node in walk(tree)
        if isinstance(node, NetworkMatch)
        for key, _ in node.children
    ]
    return {key: (ip_network(key),) for key in keys if "/" in key}
