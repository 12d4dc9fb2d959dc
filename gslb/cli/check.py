"""gslb check: every fault of a configuration, or what it comes to: detection times, worst clients, what to improve."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING

from gslb.cli.files import find, read_text
from gslb.cli.trust import trust

if TYPE_CHECKING:
    from gslb.control import Assembled
    from gslb.model import Model, Steered, Tree, Ttl
    from gslb.zone import Zone

QUICKER = 5.0  # seconds: the interval that is offered where probing is slower


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("check", help="check a configuration and all it names, and say what it comes to")
    parser.add_argument("file", nargs="?", default="gslb.yaml", help="the configuration (gslb.yaml)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the summary; 2 and every fault where there are some."""
    from gslb.app import assembled, settled

    model = settled(args.file, read_text, find)
    made = assembled(model, read_text)
    for line in (*summary(model), *warnings(made), *notes(model), *parents(made.world.zones)):
        print(line)
    return 0


def summary(model: Model) -> Iterator[str]:
    """What there is, and for each steered name how soon the death of an endpoint is known, and by the last client."""
    from gslb.model import CONTROLS, checks

    asked = checks(model)
    endpoints = {check.endpoint for check in asked if check.endpoint}
    monitors = {check.monitor for check in asked if not check.monitor.startswith(CONTROLS)}
    yield (
        f"ok  {_count(len(model.zones), 'zone')}, {_count(len(model.steered), 'steered name')}, "
        f"{_count(len(monitors), 'monitor')} x {_count(len(endpoints), 'endpoint')}"
    )
    quicker = _quicker(model)
    for name, steered in model.steered.items():
        yield f"{_shown(steered, model)}  {_timing(name, steered, model, quicker)}"


def warnings(assembled: Assembled) -> Iterator[str]:
    """What is legal but unwise."""
    return (f"warning: {warning}" for warning in assembled.warnings)


def notes(model: Model) -> Iterator[str]:
    """What the configuration costs that one may not have seen."""
    yield from trust(model)
    yield from _without_ipv6(model)
    for name, steered in model.steered.items():
        shown, tree = _shown(steered, model), model.trees[name]
        yield from _unkept(shown, steered.ttl, tree, model)
        yield from _fenced_families(shown, tree)
        yield from _fenced_resolvers(shown, tree, model)
        yield from _longer_than_subnets(shown, tree, model)


def parents(zones: Iterable[Zone]) -> Iterator[str]:
    """For each zone that no zone of ours delegates: the NS records and the glue that its parent needs."""
    from dns.rdatatype import RdataType

    ours = {zone.apex: zone for zone in zones}
    cuts = {name for zone in ours.values() for name, node in zone.others.items() if node.cut}
    for apex, zone in ours.items():
        if apex in cuts:
            continue
        servers = [rrset for rrset in zone.nodes[apex].rrsets if rrset.rdtype == RdataType.NS]
        glue = [address for rrset in servers for server in rrset for address in zone.glue(server.target)]  # type: ignore[attr-defined]  # an NS has one
        yield f"note: paste into the parent of {apex.to_text(omit_final_dot=True)}:"
        for rrset in (*servers, *glue):
            yield from (f"  {line}" for line in rrset.to_text().splitlines())


def _timing(name: str, steered: Steered, model: Model, quicker: Model) -> str:
    from gslb.caching import delay, promised
    from gslb.model import detection, leaves

    tree, ttl = model.trees[name], steered.ttl
    longest = promised(ttl, delay(tree, model))
    reach = f"{longest} s TTL" if ttl.minimum == ttl.maximum else f"TTL up to {longest} s{_by_traffic(ttl)}"
    now, soon = detection(tree, model), detection(tree, quicker)
    if not leaves(tree):
        return f"no endpoint to probe ({reach})"
    if now is None:
        return f"some endpoint has no monitor: its death is never known ({reach})"
    told = f"detect <= {now:.1f} s, worst client {now + longest:.0f} s ({reach})"
    if soon is None or soon >= now:
        return told
    return f"{told}; with interval: {QUICKER:.0f}s  {soon:.0f} s / {soon + longest:.0f} s"


def _by_traffic(ttl: Ttl) -> str:
    """What a TTL that is chosen has to keep."""
    if ttl.auto is None:
        return ""
    rto = "" if ttl.auto.rto is None else f"rto {ttl.auto.rto:g} s"
    queries = "" if ttl.auto.queries is None else f"{ttl.auto.queries:,g} q/s"
    return f", by traffic: {' and '.join(filter(None, (rto, queries)))}"


def _unkept(shown: str, ttl: Ttl, tree: Tree, model: Model) -> Iterator[str]:
    """A promise that no TTL keeps."""
    from gslb.caching import delay, unkept

    found = unkept(ttl, delay(tree, model))
    if found:
        yield f"note: {shown}: {found}."


def _quicker(model: Model) -> Model:
    """The same model, with nothing probed more seldom than every `QUICKER` seconds."""
    monitors = {
        name: replace(
            monitor,
            interval=min(monitor.interval, QUICKER),
            timeout=min(monitor.timeout, monitor.interval, QUICKER),
            confirm_interval=min(monitor.confirm_interval, QUICKER),
        )
        for name, monitor in model.monitors.items()
    }
    return replace(model, monitors=monitors)


def _without_ipv6(model: Model) -> Iterator[str]:
    """Where IPv6 clients never go, the names for which that is the same place in one line."""
    from gslb.model import leaves

    found: dict[str, list[str]] = {}
    for name, tree in model.trees.items():
        reached: dict[str, bool] = {}
        for leaf in leaves(tree):
            if leaf.endpoint.v4 or leaf.endpoint.v6:
                where = leaf.endpoint.region or leaf.path
                reached[where] = reached.get(where, False) or leaf.endpoint.v6 is not None
        without = ", ".join(where for where, has in reached.items() if not has)
        if without and any(reached.values()):
            found.setdefault(without, []).append(_shown(model.steered[name], model))
    for without, names in found.items():
        answer = "answers" if len(names) == 1 else "answer"
        yield f"note: {', '.join(names)} {answer} AAAA, but {without} has no IPv6: IPv6 clients never go there."


def _fenced_families(shown: str, tree: Tree) -> Iterator[str]:
    """A fence that leaves its clients without an answer of a family that others get."""
    from gslb.model import Family
    from gslb.policy import has_family

    for family, rdtype in ((Family.V4, "A"), (Family.V6, "AAAA")):
        for path, node in _fences(tree) if has_family(tree, family) else ():
            if not has_family(node, family):
                yield (
                    f"note: {shown} answers {rdtype}, but to clients fenced by {path} NODATA, which caches keep for "
                    f"everybody: give an endpoint there an address of that family."
                )


def _fenced_resolvers(shown: str, tree: Tree, model: Model) -> Iterator[str]:
    fences = [path for path, _ in _fences(tree)]
    if model.clients.public_resolvers and fences:
        yield (
            f"note: {shown} fences {', '.join(fences)}: clients of a public resolver that sends no subnet "
            "are fenced by the place of the resolver."
        )


def _fences(tree: Tree) -> list[tuple[str, Tree]]:
    from gslb.model import Leaf, walk

    return [(node.common.path, node) for node in walk(tree) if not isinstance(node, Leaf) and node.common.fence]


def _longer_than_subnets(shown: str, tree: Tree, model: Model) -> Iterator[str]:
    """Prefixes that no client subnet matches, because subnets are cut."""
    from gslb.model import NetworkMatch, walk

    keys = [key for node in walk(tree) if isinstance(node, NetworkMatch) for key, _ in node.children]
    found = [
        prefix
        for key in keys
        for prefix in (
            model.networks[key].prefixes if key in model.networks else (ip_network(key),) if "/" in key else ()
        )
    ]
    long = [str(prefix) for prefix in found if prefix.prefixlen > (24 if prefix.version == 4 else 56)]
    if long:
        yield f"note: {shown} matches {', '.join(long)} for resolvers only: client subnets are cut to /24 and /56."


def _shown(steered: Steered, model: Model) -> str:
    """A steered name as short as it is clear: as under steer: where there is one zone."""
    if len(model.zones) > 1:
        return steered.name.removesuffix(".")
    return steered.name.removesuffix(steered.zone).removesuffix(".") or "@"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
