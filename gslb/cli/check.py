"""gslb check: every fault of a configuration, or what it comes to: detection times, worst clients, what to improve."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from gslb.cli.files import find, read_text

if TYPE_CHECKING:
    from gslb.control import Assembled
    from gslb.model import Leaf, Model, Steered
    from gslb.zone import Zone

HELP = "check a configuration and all it names; say how soon a failure is known, and what to paste into the parent"
QUICKER = 5.0  # seconds: the interval that is offered where probing is slower


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="gslb.yaml", help="the configuration (gslb.yaml)")


def run(args: argparse.Namespace) -> int:
    from gslb.config import load

    model = load(args.file, read_text, find)
    assembled = assembled_from_files(model)
    for line in (*summary(model), *warnings(assembled), *notes(model), *parents(assembled.world.zones)):
        print(line)
    return 0


def assembled_from_files(model: Model) -> Assembled:
    """The world of a model, with everything it names read and checked. Raises Faults."""
    from gslb.control import assemble

    return assemble(model, read_text, time.time())


def summary(model: Model) -> Iterator[str]:
    """What there is, and for each steered name how soon the death of an endpoint is known, and by the last client."""
    from gslb.model import checks

    asked = checks(model)
    endpoints = {check.endpoint for check in asked if check.endpoint}
    monitors = {check.monitor for check in asked}
    yield (
        f"ok  {_count(len(model.zones), 'zone')}, {_count(len(model.steered), 'steered name')}, "
        f"{_count(len(monitors), 'monitor')} x {_count(len(endpoints), 'endpoint')}"
    )
    quicker = _quicker(model)
    for name, steered in model.steered.items():
        if name in model.trees:
            yield f"{_shown(steered, model)}  {_timing(name, steered, model, quicker)}"


def warnings(assembled: Assembled) -> Iterator[str]:
    """What is legal but unwise."""
    return (f"warning: {warning}" for warning in assembled.warnings)


def notes(model: Model) -> Iterator[str]:
    """What the configuration costs that one may not have seen."""
    if len(model.vantages) == 1:
        (vantage,) = model.vantages.values()
        where = "this node" if vantage.token is None else vantage.name
        yield f"note: one vantage ({where}): a fault here looks like a fault there. Add vantages."
    for name, steered in model.steered.items():
        yield from _without_ipv6(_shown(steered, model), name, model)
        yield from _fenced_resolvers(_shown(steered, model), name, model)


def parents(zones: Iterable[Zone]) -> Iterator[str]:
    """For each zone whose parent is not ours: the NS records and the glue that belong there."""
    from dns.rdatatype import RdataType

    known = {zone.apex: zone for zone in zones}
    for apex, zone in known.items():
        above = next((known[name] for name in _ancestors(apex) if name in known), None)
        if above is not None and apex in above.nodes and above.nodes[apex].cut:
            continue
        servers = [rrset for rrset in zone.nodes[apex].rrsets if rrset.rdtype == RdataType.NS]
        yield f"note: into the parent of {apex.to_text(omit_final_dot=True)} belong (paste):"
        hosts = [rdata.target for rrset in servers for rdata in rrset]
        for rrset in (*servers, *(glue for host in hosts for glue in zone.glue(host))):
            yield from (f"  {line}" for line in rrset.to_text().splitlines())
