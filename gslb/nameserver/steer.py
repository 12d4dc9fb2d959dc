"""A steered name to sections: ask the policy tree for every class of client, and write what it chose as records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import dns.name
import dns.rdata
from dns.rdatatype import RdataType

from gslb.geo import NOWHERE, Location
from gslb.image import Body, ByClass, Constant, Scoping, Selector, transform
from gslb.model import Alias, Family, Leaf, Model, Rdata, Steered, Tree, answer_type, leaves
from gslb.nameserver.sections import Record, Sections, alongside, rdata, to_body
from gslb.nameserver.view import View
from gslb.policy import Ask, Outcome, choose_each, has_family, name_of, negative_ttl, ttl, varies
from gslb.zone import Hit, RRset, Zone

T = TypeVar("T")
Said = tuple[tuple[Leaf | Rdata | Alias, ...], int] | None
"""What a tree answers: leaves in order (none: NODATA), and for how many seconds. None: it has nothing of the family."""

Locate = Callable[[bool], Location]  # True: where the sender is; False: where the client subnet is, if there is one
NOTHING = "nothing"  # the last resort of who is answered nothing at all
FAMILIES = {RdataType.A: Family.V4, RdataType.AAAA: Family.V6}


def types(tree: Tree, model: Model) -> frozenset[RdataType]:
    """The types a tree answers: A and AAAA for addresses and for other names' data, else the one type of its leaves."""
    kind = answer_type(tree, model) or "ADDRESS"
    return frozenset(FAMILIES) if kind == "ADDRESS" else frozenset({RdataType.from_text(kind)})


def answered(steered: Steered, rdtype: int, view: View) -> int:
    """The type that answers a question for `rdtype`: a CNAME is one for every type; ANY gets one rrset (RFC 8482)."""
    tree = view.world.tree(steered)
    kinds = types(tree, view.world.model)
    if rdtype != RdataType.ANY and RdataType.CNAME not in kinds:
        return rdtype
    return min(kinds, key=lambda kind: (not has_family(tree, family(kind)), kind))


def family(rdtype: int) -> Family:
    """The family that answers a type: addresses have one each, everything else is by name."""
    return FAMILIES.get(RdataType(rdtype), Family.NAME)


def steer(
    steered: Steered, rdtype: int, zone: Zone, view: View, owner: dns.name.Name | None, locate: Locate | None
) -> tuple[Selector[Sections], Scoping, str | None]:
    """What the tree answers for a type it has: for the client that `locate` finds, or (None) for every class of client.

    `owner` None writes answers under the question name. Also tells the scoping and the digest of the class map in play.
    """
    return _steer(steered, rdtype, view, locate, lambda said: _sections(said, steered, rdtype, zone, view, owner))[:3]


def steer_wire(
    steered: Steered, rdtype: int, zone: Zone, view: View
) -> tuple[Selector[Body], Scoping, str | None, frozenset[str]]:
    """The same for every class of client, under any question name, as wire; what was once written is in the memo.

    And which last resorts clients are answered from: `Outcome.opened`, and `NOTHING` for who is answered nothing.
    """

    def write(said: Said) -> Body:
        named = None if said is None else (tuple(map(name_of, said[0])), said[1])
        key = (steered.name, rdtype, named)
        return view.memo.once(key, lambda: to_body(_sections(said, steered, rdtype, zone, view, None), None))

    return _steer(steered, rdtype, view, None, write)


def _steer(
    steered: Steered, rdtype: int, view: View, locate: Locate | None, write: Callable[[Said], T]
) -> tuple[Selector[T], Scoping, str | None, frozenset[str]]:
    world, tree, once = view.world, view.world.tree(steered), view.memo.once
    kind = family(rdtype)
    if not once(("family", kind, id(tree)), lambda: has_family(tree, kind)):
        return Constant(write(None)), Scoping(), None, frozenset()
    scoping = once(("varies", kind, id(tree)), lambda: varies(tree, kind))
    classes = world.classes[steered.name] if scoping.by_class else None
    places = (NOWHERE,) if classes is None else classes.representatives
    alike = classes is None or len(places) == 1  # no client is told from another by what the tables know
    if locate is not None and not alike:
        places = (locate(scoping.locate_resolver),)
    written: dict[Outcome, T] = {}

    def said(outcome: Outcome) -> T:
        if outcome not in written:
            seconds = ttl(tree, kind, steered.ttl, outcome, view.belief.memory, steered.name)
            written[outcome] = write((outcome.leaves, seconds))
        return written[outcome]

    known: dict[int, Selector[T]] = {}  # by the choice that it was made from: classes share what they choose
    choices = choose_each(tree, (ask(view, kind, place) for place in places))
    for choice in choices:
        if id(choice) not in known:
            known[id(choice)] = transform(choice, said)
    chosen = [known[id(choice)] for choice in choices]
    opened = frozenset(outcome.opened if outcome.leaves else NOTHING for outcome in written)
    if classes is None or alike:
        return chosen[0], replace(scoping, by_class=False), None, opened
    if locate is not None:
        return chosen[0], scoping, classes.digest, opened
    each = ByClass(classes.digest, tuple(chosen))  # type: ignore[arg-type]  # no ByClass inside
    return each, scoping, classes.digest, opened


def ask(view: View, kind: Family, place: Location) -> Ask:
    """The question put to a policy tree, in this view, for clients at `place`."""
    belief = view.belief
    return Ask(
        family=kind,
        location=place,
        verdicts=belief.verdicts,
        overrides=belief.overrides,
        memory=belief.memory,
        wall=belief.wall,
        seed=belief.seed,
        sites=view.world.sites,
    )


def asks(steered: Steered, view: View) -> Iterable[Ask]:
    """Every question that its tree is put: one for each family it has and each class of clients it can tell apart."""
    tree = view.world.tree(steered)
    for kind in Family:
        if has_family(tree, kind):
            classes = view.world.classes.get(steered.name) if varies(tree, kind).by_class else None
            for place in classes.representatives if classes else (NOWHERE,):
                yield ask(view, kind, place)


def negative(zone: Zone) -> Record:
    """The SOA that tells how long a negative answer of the zone's own data holds (RFC 2308, section 3)."""
    return Record.of(zone.soa, ttl=zone.negative_ttl)


def _sections(
    said: Said, steered: Steered, rdtype: int, zone: Zone, view: View, owner: dns.name.Name | None
) -> Sections:
    if said is None:
        return Sections(authority=(negative(zone),))
    (chosen, seconds), tree = said, view.world.tree(steered)
    order = view.memo.once(("order", id(tree)), lambda: {leaf.path: place for place, leaf in enumerate(leaves(tree))})
    if not chosen:
        return Sections(authority=(_negative_by_policy(steered, zone),), ordinal=len(order))
    first = chosen[0]
    ordinal = order.get(first.path, len(order)) if isinstance(first, Leaf) else len(order)
    found = dict.fromkeys(one for leaf in chosen for one in _rdatas(leaf, rdtype, zone, view))
    if not found:  # an alias to a static name that has nothing of this type
        return Sections(authority=(_negative_by_policy(steered, zone),), ordinal=ordinal)
    rrset = RRset(dns.name.from_text(steered.name), RdataType(rdtype), seconds, tuple(found))
    answer = replace(Record.of(rrset), owner=owner)
    return Sections((answer,), additional=alongside(rrset, zone, owner), ordinal=ordinal)


def _negative_by_policy(steered: Steered, zone: Zone) -> Record:
    return Record.of(zone.soa, ttl=negative_ttl(steered.ttl, zone.negative_ttl))


def _rdatas(leaf: Leaf | Rdata | Alias, rdtype: int, zone: Zone, view: View) -> Iterable[dns.rdata.Rdata]:
    match leaf:
        case Alias(name=name):
            target = dns.name.from_text(name)
            home = view.world.zones.find(target)
            if home is not None and isinstance(found := home.lookup(target, RdataType(rdtype)), Hit):
                yield from (one for rrset in found.rrsets for one in rrset)
        case Rdata(type=type_, texts=texts):
            yield from (rdata(RdataType.from_text(type_), text, zone.apex) for text in texts)
        case Leaf(endpoint=endpoint) if endpoint.rdata is not None:
            type_ = view.world.model.pools[endpoint.pool].type
            yield rdata(RdataType.from_text(type_), endpoint.rdata, zone.apex)
        case Leaf(endpoint=endpoint) if endpoint.target is not None:
            yield rdata(RdataType.CNAME, endpoint.target, zone.apex)
        case Leaf(endpoint=endpoint) if rdtype == RdataType.A:
            yield rdata(RdataType.A, str(endpoint.v4), zone.apex)
        case Leaf(endpoint=endpoint):
            yield rdata(RdataType.AAAA, str(endpoint.v6), zone.apex)
