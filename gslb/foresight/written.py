"""Demand that nobody measured: as written in a CSV, or assumed where nothing is known.

name,clients,rate,type
www,DE,812.5/s,A        clients: a prefix, an address, a country, a continent, a name under networks:, or *
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from dns.rdatatype import RdataType

from gslb.config import Wrong, rate
from gslb.foresight.demand import OTHER, Source, Stream
from gslb.foresight.places import EVERYBODY, whereabouts
from gslb.geo import NOWHERE, ClassMap, Line, read_table
from gslb.model import Fault, Faults, Mark, Model, did_you_mean
from gslb.nameserver import World, family, types
from gslb.policy import has_family, varies

COLUMNS = ("name", "clients", "rate", "type", "place")  # `place` is a note
ADDRESSES = 2**32


def given(text: str, file: str, world: World) -> list[Stream]:
    """The streams in a CSV. Raises Faults with everything that is wrong in it."""
    lines, broken = read_table(text, file, COLUMNS)
    faults, streams = [*broken], []
    for line in lines:
        found = _stream(line, world)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            streams.append(found)
    if not streams and not faults:
        faults.append(Fault("there is no demand in it", Mark(file, 1, 1), "write a line such as www,DE,812.5/s"))
    if faults:
        raise Faults(*faults)
    return streams


def _stream(line: Line, world: World) -> Stream | Fault:
    missing = [column for column in ("name", "rate") if column not in line.fields]
    if missing:
        return Fault(f"no {missing[0]}", line.mark, "write a line such as www,DE,812.5/s")
    name = line.fields["name"]
    meant = steered_names(name.text, world.model)
    if len(meant) != 1:
        shown = [each.rstrip(".") for each in meant or world.model.steered]
        hint = f"write {' or '.join(shown)}" if meant else did_you_mean(name.text, shown)
        what = "is steered in several zones" if meant else "is no steered name"
        return Fault(f"{name.text} {what}", name.mark, hint or f"steered are {', '.join(shown[:5])}")
    known = sorted(RdataType.to_text(kind) for kind in types(world.model.trees[meant[0]], world.model))
    kind = line.fields.get("type")
    if kind is not None and kind.text.upper() not in known:
        return Fault(f"{name.text} does not answer {kind.text}", kind.mark, f"write {' or '.join(known)}")
    clients = line.fields.get("clients")
    try:
        whereabouts(clients.text if clients else EVERYBODY, world)
        value = rate(line.fields["rate"].text)
    except Wrong as wrong:
        return Fault(wrong.message, line.fields["rate"].mark, wrong.hint)
    except ValueError as error:
        message, _, hint = str(error).partition("; ")
        return Fault(message, clients.mark if clients else line.mark, hint)
    place = line.fields.get("place")
    who = clients.text if clients else EVERYBODY
    return Stream(Source(meant[0], kind.text.upper() if kind else known[0], place.text if place else who), who, value)


def steered_names(text: str, model: Model) -> tuple[str, ...]:
    """The steered names that a text may mean: a whole name, or what stands under `steer:`."""
    whole = text.lower().rstrip(".") + "."
    if whole in model.steered:
        return (whole,)
    short = {
        name: ("@" if name == one.zone else name.removesuffix(f".{one.zone}")) for name, one in model.steered.items()
    }
    return tuple(name for name, said in short.items() if said == text.lower())


def as_csv(streams: Iterable[Stream]) -> str:
    """Streams as such a CSV; what is known by its total only is left out."""
    rows = [COLUMNS]
    for one in streams:
        if one.source != OTHER and one.rate >= 0.0005:
            source = one.source
            rows.append((source.name, one.client or EVERYBODY, f"{one.rate:.3f}/s", source.rdtype, source.place))
    return "\n".join(map(",".join, rows)) + "\n"


def assumed(world: World, whole: float = 1.0) -> list[Stream]:
    """As much for every name, from everywhere that its tree tells apart, by how much address space (IPv4) that has.

    `whole`: queries a second, of all names together.
    """
    model, streams = world.model, []
    for name, tree in model.trees.items():
        rdtype = min(types(tree, model), key=lambda kind: (not has_family(tree, family(kind)), kind))
        classes = world.classes.get(name) if varies(tree, family(rdtype)).by_class else None
        source = Source(name, RdataType.to_text(rdtype), "everywhere")
        each = whole / len(model.trees)
        if classes is None:
            streams.append(Stream(source, EVERYBODY, each))
        else:
            streams += [Stream(source, client, each * share) for client, share in _spaces(classes)]
    return streams


def _spaces(classes: ClassMap) -> Iterator[tuple[str, float]]:
    """A prefix of each class of clients, and the class's share of the addresses of which anything is known."""
    starts = classes.main4.starts
    sizes: dict[int, int] = defaultdict(int)
    first: dict[int, int] = {}
    for index, (start, class_) in enumerate(zip(starts, classes.main4.classes, strict=True)):
        sizes[class_] += (starts[index + 1] if index + 1 < len(starts) else ADDRESSES) - start
        first.setdefault(class_, start)
    known = [class_ for class_ in sizes if classes.representatives[class_] != NOWHERE] or [*sizes]
    whole = sum(sizes[class_] for class_ in known)
    yield from ((f"{IPv4Address(first[class_])}/24", sizes[class_] / whole) for class_ in known)
