"""What is said of prefixes - networks, overlay, latency, measurements - beside what is reserved, nested by prefix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network

from gslb.geo.estimator import Group
from gslb.geo.location import Location, Measured
from gslb.geo.measured import MeasuredRow
from gslb.geo.overlays import Row
from gslb.geo.prefixes import Prefixes, nest
from gslb.geo.reserved import RESERVED
from gslb.geo.shipped import countries
from gslb.geo.space import V4, V6
from gslb.model import LatencyRow, Network, refuse

Latencies = tuple[tuple[str, float], ...]  # (region, milliseconds), by region

Said = str | Location | tuple[str, float] | Measured  # a network's key, an overlay's row, latency, a measurement

IS_RESERVED = Location(source="reserved")


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything written about one place by prefix: the state that a prefix gives to what lies inside it."""

    networks: tuple[str, ...] = ()  # longest first
    place: Location | None = None  # of the overlay row, else what is reserved; None: ask the databases
    latency: Latencies = ()
    measured: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of both families by prefix (their states index `states`), and latency by AS number and by country.

    `by_group`: what was measured of an AS in a country, and of a country.
    """

    v4: Prefixes
    v6: Prefixes
    states: tuple[Rules, ...]
    by_asn: Mapping[int, Latencies] = field(default_factory=dict)
    by_country: Mapping[str, Latencies] = field(default_factory=dict)
    by_group: Mapping[Group, tuple[Measured, ...]] = field(default_factory=dict)

    def locate(self, state: int, place: Location) -> Location:
        """What holds under a state where the databases say `place`.

        An overlay row comes before what is reserved, which comes before the databases. For each region the latency is
        what was measured from the longest prefix; else the operator's, of the longest prefix, else of the AS number,
        else of the country; else what was measured of the AS in its country, else of the country.
        """
        rules = self.states[state]
        found = place if rules.place is None else rules.place
        latency = rules.latency
        if self.by_asn or self.by_country:
            wider = (self.by_country.get(found.country or "", ()), self.by_asn.get(found.asn or 0, ()))
            latency = _overridden(_overridden(*wider), latency)
        measured = rules.measured
        if measured and latency:
            own = {one.region for one in measured}
            latency = tuple(each for each in latency if each[0] not in own)
        if self.by_group:
            measured = self._with_groups(measured, latency, found)
        if not rules.networks and not latency and not measured:
            return found
        return Location(
            found.continent,
            found.country,
            found.subdivision,
            found.coordinates,
            found.asn,
            rules.networks,
            latency,
            found.source,
            measured,
        )

    def _with_groups(self, own: tuple[Measured, ...], latency: Latencies, place: Location) -> tuple[Measured, ...]:
        """What was measured of the prefix, and for regions that nothing else tells of, of what the prefix lies in."""
        country = self.by_group.get(Group(None, place.country), ())
        narrower = self.by_group.get(Group(place.asn, place.country), ()) if place.asn is not None else ()
        told = {region for region, _ in latency}
        return _nearer((one for one in (*country, *narrower) if one.region not in told), own)


def write_rules(
    overlay: Iterable[Row] = (),
    networks: Mapping[str, Iterable[Network]] | None = None,
    asns: Mapping[str, Sequence[int]] | None = None,
    latency: Iterable[LatencyRow] = (),
    measured: Iterable[MeasuredRow] = (),
) -> Rulebook:
    """`networks` are keys (names, or CIDRs as text) and their prefixes, `asns` names and their AS numbers.

    A latency row matches a name of these, a country or a CIDR; anything else is a fault. Of two latency rows for one
    region and prefix, AS number or country the first written counts. `measured` has each region once for a prefix.
    """
    networks, asns = networks or {}, asns or {}
    changes: list[Said] = [IS_RESERVED]
    entries: dict[int, list[tuple[int, int, int]]] = {4: [], 6: []}
    by_asn: dict[int, Latencies] = {}
    by_country: dict[str, Latencies] = {}

    numbers: dict[Said, int] = {}  # what is written twice has one number

    def add(prefixes: Iterable[Network], change: Said) -> None:
        number = numbers.setdefault(change, len(changes))
        if number == len(changes):
            changes.append(change)
        for prefix in prefixes:
            entries[prefix.version].append((int(prefix.network_address), prefix.prefixlen, number))

    for prefix in RESERVED:
        entries[prefix.version].append((int(prefix.network_address), prefix.prefixlen, 0))
    for row in overlay:
        add([row.network], row.location)
    for key, prefixes in networks.items():
        add(prefixes, key)
    for line in latency:
        says = (line.region, line.milliseconds)
        if line.match in networks or line.match in asns:
            add(networks.get(line.match, ()), says)
            for asn in asns.get(line.match, ()):
                by_asn[asn] = _overridden((says,), by_asn.get(asn, ()))
        elif line.match in countries():
            by_country[line.match] = _overridden((says,), by_country.get(line.match, ()))
        else:
            add([_prefix(line)], says)
    by_group: dict[Group, tuple[Measured, ...]] = {}
    for found in measured:
        if isinstance(found.match, Group):
            by_group[found.match] = (*by_group.get(found.match, ()), found.measured)
        else:
            add([found.match], found.measured)

    states: dict[Rules, int] = {Rules(): 0}

    def enter(around: int, written: tuple[int, ...]) -> int:
        rules = _entered(known[around], [changes[number] for number in written])
        number = states.setdefault(rules, len(states))
        if number == len(known):
            known.append(rules)
        return number

    known = [Rules()]
    v4, v6 = nest(V4.width, entries[4], enter), nest(V6.width, entries[6], enter)
    return Rulebook(v4, v6, tuple(known), by_asn, by_country, by_group)


def _entered(around: Rules, changes: Sequence[Said]) -> Rules:
    """The rules inside a prefix from those around it."""
    names = [change for change in changes if isinstance(change, str)]
    places = [change for change in changes if isinstance(change, Location)]
    measured = [change for change in changes if isinstance(change, Measured)]
    says = [change for change in changes if isinstance(change, tuple) and not isinstance(change, Measured)]
    latency = around.latency
    for change in reversed(says):
        latency = _overridden(latency, (change,))
    return Rules(
        networks=(*names, *(name for name in around.networks if name not in names)),
        place=_place(around.place, places),
        latency=latency,
        measured=_nearer(around.measured, measured) if measured else around.measured,
    )


def _nearer(wider: Iterable[Measured], narrower: Iterable[Measured]) -> tuple[Measured, ...]:
    """Both, by region, where the narrower counts for regions in both."""
    return tuple(sorted({one.region: one for one in (*wider, *narrower)}.values()))


def _place(around: Location | None, places: Sequence[Location]) -> Location | None:
    """A row of the overlay replaces the one around it; what is reserved replaces nothing that the overlay says."""
    rows = [place for place in places if place is not IS_RESERVED]
    if rows:
        return rows[0]
    return around or (places[0] if places else None)


def _overridden(wider: Latencies, narrower: Latencies) -> Latencies:
    """Both tables in one, where the narrower counts for regions in both."""
    if not wider or not narrower:
        return wider or narrower
    return tuple(sorted({**dict(wider), **dict(narrower)}.items()))


def _prefix(row: LatencyRow) -> Network:
    try:
        return ip_network(row.match)
    except ValueError:
        refuse(
            f"{row.match!r} is no network that is known",
            row.mark,
            "write a CIDR, a name under networks or a country (DE)",
        )
