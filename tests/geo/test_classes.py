from array import array
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.geo import Atlas, ClassMap, Location, Row, class_map, open_database
from gslb.geo.reserved import RESERVED
from gslb.model import LatencyRow
from kit.mmdb import write_mmdb

# A corner of each address space, so small that prefixes meet: an address in it, varied bits from and to, least length.
FAMILIES = {4: (0x51020000, 16, 32, 13), 6: (0x2A001450 << 96, 44, 68, 42)}
WIDTH = {4: 32, 6: 128}
CAP = {4: 24, 6: 56}

KEYS: dict[str, Callable[[Location], Hashable]] = {
    "country": lambda location: location.country,
    "first network": lambda location: location.networks[:1],
    "networks": lambda location: location.networks,
    "country and network": lambda location: (location.country, location.networks[:1]),
    "AS number": lambda location: location.asn,
    "latency": lambda location: location.latency,
    "all of it": lambda location: (location.country, location.asn, location.networks, location.latency),
    "nothing": lambda location: None,
}


@dataclass(frozen=True)
class World:
    """Everything that an atlas is built from, and a slow, plain way to look it up."""

    version: int
    countries: tuple[tuple[object, str], ...]
    systems: tuple[tuple[object, int], ...]
    overlay: tuple[Row, ...]
    networks: dict[str, tuple[object, ...]]
    asns: dict[str, tuple[int, ...]]
    latency: tuple[LatencyRow, ...]

    def atlas(self) -> Atlas:
        country = write_mmdb(
            [(str(network), {"country_code": code}) for network, code in self.countries], "country ipvAll", version=6
        )
        system = write_mmdb(
            [(str(network), {"autonomous_system_number": asn}) for network, asn in self.systems],
            "asn ipvAll",
            version=6,
        )
        return Atlas.build(
            [open_database("country", country, "country"), open_database("asn", system, "asn")],
            self.overlay,
            self.networks,
            self.asns,
            self.latency,
        )

    def locate(self, value: int, bits: int) -> tuple[object, ...]:
        """(country, asn, networks, latency) by looking at everything."""
        width = WIDTH[self.version]
        first = value >> (width - bits) << (width - bits)
        address = (IPv4Address if self.version == 4 else IPv6Address)(first)

        def holds(network: object) -> bool:
            return network.version == self.version and network.prefixlen <= bits and address in network

        matched = {}
        for key, prefixes in self.networks.items():
            lengths = [prefix.prefixlen for prefix in prefixes if holds(prefix)]
            if lengths:
                matched[key] = max(lengths)
        networks = tuple(sorted(matched, key=lambda key: -matched[key]))

        rows = [row for row in self.overlay if holds(row.network)]
        if rows:
            location = max(rows, key=lambda row: row.network.prefixlen).location
            country, asn = location.country, location.asn
        elif any(holds(prefix) for prefix in RESERVED):
            country, asn = None, None
        else:
            country, asn = (self.read(table, first) for table in (self.countries, self.systems))

        best: dict[str, tuple[int, float]] = {}
        for row in self.latency:
            if row.match in self.networks or row.match in self.asns:
                rank = matched.get(row.match, -3)
                if asn in self.asns.get(row.match, ()):
                    rank = max(rank, -1)
            elif "/" in row.match:
                rank = ip_network(row.match).prefixlen if holds(ip_network(row.match)) else -3
            else:
                rank = -2 if row.match == country else -3
            if rank > -3 and (row.region not in best or best[row.region][0] < rank):
                best[row.region] = (rank, row.milliseconds)
        return country, asn, networks, tuple(sorted((region, found[1]) for region, found in best.items()))

    def read(self, table: tuple[tuple[object, object], ...], first: int) -> object:
        """What a database says; in IPv6 it is read at the first address of the /64."""
        address = IPv4Address(first) if self.version == 4 else IPv6Address(first >> 64 << 64)
        holding = [pair for pair in table if address in pair[0]]
        return max(holding, key=lambda pair: pair[0].prefixlen, default=(None, None))[1]

    def borders(self) -> list[int]:
        """Every number at which anything begins or ends."""
        prefixes = [network for network, _ in (*self.countries, *self.systems)]
        prefixes += [row.network for row in self.overlay]
        prefixes += [prefix for group in self.networks.values() for prefix in group]
        prefixes += [ip_network(row.match) for row in self.latency if "/" in row.match]
        prefixes += RESERVED
        mine = [prefix for prefix in prefixes if prefix.version == self.version]
        return sorted({edge for prefix in mine for edge in (int(prefix[0]), int(prefix[-1]) + 1)})

    def long_rules(self) -> list[object]:
        prefixes = [row.network for row in self.overlay]
        prefixes += [prefix for group in self.networks.values() for prefix in group]
        prefixes += [ip_network(row.match) for row in self.latency if "/" in row.match]
        prefixes += RESERVED
        return [
            prefix for prefix in prefixes if prefix.version == self.version and prefix.prefixlen > CAP[self.version]
        ]


def seen(location: Location) -> tuple[object, ...]:
    return location.country, location.asn, location.networks, location.latency


@st.composite
def prefixes(draw: st.DrawFn, version: int):
    base, low, high, shortest = FAMILIES[version]
    width = WIDTH[version]
    length = draw(st.integers(shortest, high) | st.sampled_from([CAP[version], CAP[version] + 1, width]))
    varied = draw(st.integers(0, 2 ** (high - low) - 1) | st.integers(0, 15).map(lambda n: n << (high - low - 6)))
    value = base | varied << (width - high)
    return ip_network((value >> (width - length) << (width - length), length))


@st.composite
def addresses(draw: st.DrawFn, version: int) -> int:
    base, low, high, _ = FAMILIES[version]
    return base | draw(st.integers(0, 2 ** (high - low) - 1)) << (WIDTH[version] - high) | draw(st.integers(0, 1))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    version = draw(st.sampled_from([4, 6]))
    prefix = prefixes(version)
    code = st.sampled_from(["DE", "FR", "US"])

    def table(values: st.SearchStrategy[object], size: int):
        return tuple(draw(st.dictionaries(prefix, values, max_size=size)).items())

    overlay = tuple(
        Row(network, Location(country=country, asn=asn, source=f"overlay {network}"))
        for network, (country, asn) in table(st.tuples(code | st.none(), st.sampled_from([None, 64500, 64501])), 4)
    )
    networks = {name: tuple(dict(table(st.none(), 4))) for name in draw(st.sets(st.sampled_from("abc")))}
    asns = {"partner": (64500,)}
    matches = prefix.map(str) | code | st.sampled_from([*networks, "partner"])
    rows = draw(st.lists(st.tuples(matches, st.sampled_from(["eu", "us"]), st.integers(1, 3)), max_size=5))
    unique = {(match, region): LatencyRow(match, region, float(ms)) for match, region, ms in reversed(rows)}
    return World(
        version,
        table(code, 6),
        table(st.sampled_from([64500, 64501]), 3),
        overlay,
        networks,
        asns,
        tuple(unique.values()),
    )


def row(cidr: str, country: str | None) -> Row:
    return Row(ip_network(cidr), Location(country=country, source=f"overlay {cidr}"))


@settings(max_examples=100)
@given(st.data(), worlds())
def test_locating_is_what_a_plain_look_at_everything_finds(data: st.DataObject, world: World):
    atlas = world.atlas()
    width = WIDTH[world.version]
    for _ in range(10):
        value = data.draw(addresses(world.version))
        bits = data.draw(st.none() | st.integers(FAMILIES[world.version][1] - 6, width))
        address = ip_address(value) if world.version == 4 else IPv6Address(value)

        assert seen(atlas.locate(address, bits)) == world.locate(value, width if bits is None else bits)


def scope_by_hand(world: World, key: Callable[[Location], Hashable], value: int) -> int:
    """The shortest prefix of `value` in which every client prefix, and every rule longer than the cap, has one key."""
    width, cap = WIDTH[world.version], CAP[world.version]
    borders = world.borders()

    def of(start: int, bits: int) -> Hashable:
        country, asn, networks, latency = world.locate(start, bits)
        return key(Location(country=country, asn=asn, networks=networks, latency=latency))

    def one_key(scope: int) -> bool:
        size = 1 << (width - scope)
        first = value & -size
        points = {first, *(edge for edge in borders if first <= edge < first + size)}
        block = 1 << (width - cap)
        points |= {edge for edge in ((point + block - 1) & -block for point in points) if edge < first + size}
        keys = {
            of(point, bits)
            for point in points
            for bits in range(scope, cap + 1)
            if not point & ((1 << (width - bits)) - 1)
        }
        keys |= {
            of(int(rule[0]), rule.prefixlen) for rule in world.long_rules() if first <= int(rule[0]) < first + size
        }
        return len(keys) == 1

    scope = cap
    while scope and one_key(scope - 1):
        scope -= 1
    return scope


def check(world: World, key: Callable[[Location], Hashable], value: int, classes: ClassMap, atlas: Atlas) -> None:
    width, cap = WIDTH[world.version], CAP[world.version]
    make = IPv4Address if world.version == 4 else IPv6Address
    address = make(value)

    # A sender is in the class of its own address.
    number, _ = classes.find(address)
    assert key(classes.representatives[number]) == key(atlas.locate(address))

    # A client prefix is in the class of its location wherever the scope is not longer than it.
    for bits in {0, 8, *range(FAMILIES[world.version][1] - 4, cap + 2), width}:
        cut = min(bits, cap)
        number, scope = classes.find(address, bits)
        if scope <= cut:
            assert key(classes.representatives[number]) == key(atlas.locate(address, cut))

    # The scope is the widest that is right, and every client inside it is told the same class and scope: these prefixes
    # are maximal, so that no smaller set of prefixes that do not overlap tells the same.
    number, scope = classes.find(address, cap)
    assert scope == scope_by_hand(world, key, value)
    size = 1 << (width - scope)
    first = value & -size
    inside = {first, first + size - 1, *(edge for edge in world.borders() if first <= edge < first + size)}
    for other in inside:
        assert classes.find(make(other), cap) == (number, scope)


@settings(max_examples=80)
@given(st.data(), worlds(), st.sampled_from(sorted(KEYS)))
def test_a_class_map_tells_every_client_what_its_location_would(data: st.DataObject, world: World, name: str):
    atlas = world.atlas()
    classes = class_map(atlas, KEYS[name])
    for value in data.draw(st.lists(addresses(world.version), min_size=1, max_size=4)):
        check(world, KEYS[name], value, classes, atlas)


def networks4(**prefixes: str) -> dict[str, tuple[object, ...]]:
    return {name: tuple(map(ip_network, text.split())) for name, text in prefixes.items()}


def world4(countries: dict[str, str] | None = None, latency: tuple[LatencyRow, ...] = (), **networks: str) -> World:
    rows = tuple((ip_network(cidr), code) for cidr, code in (countries or {}).items())
    return World(4, rows, (), (), networks4(**networks), {}, latency)


@pytest.mark.parametrize(
    ("world", "key", "scopes"),
    [
        pytest.param(
            world4({"0.0.0.0/1": "DE", "128.0.0.0/1": "DE"}), "country",
            {"81.2.69.0": 3, "10.1.2.0": 8, "172.20.0.0": 12, "224.0.0.0": 4, "192.168.1.0": 16}, id="what is reserved",
        ),
        pytest.param(world4(), "country", {"81.2.69.0": 0, "10.1.2.0": 0}, id="nothing to tell apart"),
        pytest.param(
            world4(a="81.2.64.0/20"), "networks", {"81.2.70.0": 20, "81.2.80.0": 20, "81.2.0.0": 18, "9.0.0.0": 2},
            id="one network",
        ),
        pytest.param(
            world4(a="81.2.64.0/20 81.2.80.0/20"), "networks", {"81.2.70.0": 20, "81.2.90.0": 20},
            id="two halves of a /19 are no /19: a client of the /19 is in neither",
        ),
        pytest.param(
            world4({"81.2.64.0/20": "DE", "81.2.80.0/20": "DE"}), "country", {"81.2.70.0": 19, "81.2.90.0": 19},
            id="two halves of a /19 in a database are one",
        ),
        pytest.param(
            world4({"81.2.64.0/20": "DE"}, a="81.2.80.0/20"), "nothing", {"81.2.70.0": 0}, id="what no key looks at",
        ),
        pytest.param(
            world4(a="81.2.64.0/20", b="81.2.72.0/24"), "first network",
            {"81.2.64.0": 21, "81.2.72.0": 24, "81.2.73.0": 24, "81.2.74.0": 23, "81.2.80.0": 20}, id="a hole",
        ),
        pytest.param(
            world4(a="81.2.64.0/20", b="81.2.79.0/24"), "networks",
            {"81.2.79.0": 24, "81.2.80.0": 20, "81.2.78.0": 24}, id="a hole at the end",
        ),
        pytest.param(
            world4(a="81.2.69.16/28"), "networks", {"81.2.69.0": 24, "81.2.68.0": 24, "81.2.70.0": 23},
            id="a network longer than the cap has its /24 to itself",
        ),
        pytest.param(
            world4(a="81.2.69.16/28"), "country", {"81.2.69.0": 0}, id="unless the key does not look at it",
        ),
        pytest.param(
            world4({"81.2.69.16/28": "DE"}), "country", {"81.2.69.0": 0, "81.2.70.0": 0},
            id="a database is read at the first address of a /24",
        ),
        pytest.param(
            world4(latency=(LatencyRow("81.2.64.0/18", "eu", 5.0), LatencyRow("81.2.64.0/19", "us", 9.0))), "latency",
            {"81.2.64.0": 19, "81.2.96.0": 19, "81.2.128.0": 17}, id="latency by CIDR",
        ),
    ],
)  # fmt: skip
def test_the_scope_is_the_widest_prefix_of_one_class(world: World, key: str, scopes: dict[str, int]):
    atlas = world.atlas()
    classes = class_map(atlas, KEYS[key])
    for address, scope in scopes.items():
        assert classes.find(ip_address(address), 24)[1] == scope
        check(world, KEYS[key], int(ip_address(address)), classes, atlas)


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(
            World(4, ((ip_network("81.2.64.0/20"), "DE"),), (), (row("81.2.80.0/20", "DE"),), {}, {}, ()),
            id="a right half that is where its left half is",
        ),
        pytest.param(
            World(4, (), (), (row("81.2.64.0/20", "DE"), row("81.2.79.0/24", None)), {}, {}, ()),
            id="a last /24 that is where the next prefix is",
        ),
        pytest.param(
            World(4, (), (), (row("81.2.64.0/20", "DE"), row("81.2.64.0/24", None)), {}, {}, ()),
            id="a first /24 that is where the prefix before is",
        ),
        pytest.param(
            World(4, (), (), (row("81.2.69.0/25", "DE"), row("81.2.69.128/25", "DE")), {}, {}, ()),
            id="two /25 that fill their /24",
        ),
    ],
)
def test_borders_that_cannot_be_seen_from_the_ranges_alone(world: World):
    atlas = world.atlas()
    classes = class_map(atlas, KEYS["country"])
    for block in range(0x51023F, 0x510262):
        check(world, KEYS["country"], block << 8, classes, atlas)


def test_the_right_half_of_a_prefix_needs_no_border_towards_a_left_half_of_its_class():
    """A client of the /19 begins in the left half and is where that is; so is one of the right half."""
    halves = World(4, ((ip_network("81.2.64.0/20"), "DE"),), (), (row("81.2.80.0/20", "DE"),), {}, {}, ())

    assert class_map(halves.atlas(), KEYS["country"]).find(ip_address("81.2.90.0"), 24)[1] == 19


def test_senders_are_placed_by_their_whole_address():
    atlas = world4({"81.2.69.64/26": "DE"}, a="81.2.69.16/28").atlas()
    classes = class_map(atlas, lambda location: (location.country, location.networks))

    numbers = {last: classes.find(ip_address(f"81.2.69.{last}"))[0] for last in (15, 16, 31, 32, 64, 128)}
    found = {last: classes.representatives[number] for last, number in numbers.items()}
    assert {last: (place.country, place.networks) for last, place in found.items()} == {
        15: (None, ()),
        16: (None, ("a",)),
        31: (None, ("a",)),
        32: (None, ()),
        64: ("DE", ()),
        128: (None, ()),
    }
    assert classes.representatives[classes.find(ip_address("81.2.69.16"), 24)[0]].networks == ()


def test_ipv6_senders_are_placed_by_all_128_bits():
    atlas = Atlas.build(networks={"one": [ip_network("2a00:1450::7/128")]})
    classes = class_map(atlas, lambda location: location.networks)

    assert [classes.find(ip_address(f"2a00:1450::{last}"))[0] for last in (6, 7, 8)] == [0, 1, 0]
    assert classes.find(ip_address("2a00:1450::7"), 128) == (0, 56)
    assert classes.fine6.starts == classes.fine6.ends == (int(ip_address("2a00:1450::7")),)


def test_neighbouring_fine_ranges_of_one_class_are_one():
    atlas = Atlas.build(networks={"a": [ip_network("81.2.69.16/28")], "b": [ip_network("81.2.69.32/28")]})
    classes = class_map(atlas, lambda location: bool(location.networks))

    assert (classes.fine4.starts, classes.fine4.ends, classes.fine4.classes) == (
        (int(ip_address("81.2.69.16")),),
        (int(ip_address("81.2.69.47")),),
        (1,),
    )


def test_arrays_have_the_types_that_an_image_copies():
    classes = class_map(Atlas.build(networks=networks4(a="81.2.69.0/24")), lambda location: location.networks)

    assert (classes.main4.starts.typecode, classes.main6.starts.typecode) == ("I", "Q")
    assert classes.main4.classes == array("H", [0, 1, 0])
    assert classes.main4.starts == array("I", [0, 0x51024500, 0x51024600])
    assert classes.main6.starts == array("Q", [0])
    assert len(classes.representatives) == 2


def test_more_than_65536_classes_have_wider_numbers():
    networks = {f"10.{number >> 8}.{number & 255}.0/24": [] for number in range(1 << 16)}
    networks = {key: [ip_network(key)] for key in networks}
    networks["11.0.0.0/24"] = [ip_network("11.0.0.0/24")]

    classes = class_map(Atlas.build(networks=networks), lambda location: location.networks)

    assert len(classes.representatives) == (1 << 16) + 2
    assert classes.main4.classes.typecode == "I"
    assert classes.representatives[classes.find(ip_address("11.0.0.9"))[0]].networks == ("11.0.0.0/24",)


def test_the_digest_names_the_ranges():
    one, other = (Atlas.build(networks=networks4(a=cidr)) for cidr in ("81.2.69.0/24", "81.2.70.0/24"))
    by_network, by_count = (lambda location: location.networks), (lambda location: len(location.networks))

    assert class_map(one, by_network).digest == class_map(one, by_count).digest
    assert class_map(one, by_network).digest != class_map(other, by_network).digest
    assert class_map(one, by_network).digest != class_map(one, lambda _: 0).digest


def test_the_key_is_asked_once_for_each_distinct_location():
    asked: list[Location] = []
    atlas = Atlas.build(networks=networks4(a="81.2.64.0/24 81.2.66.0/24 81.2.68.0/24", b="81.2.66.0/24"))
    class_map(atlas, asked.append)

    assert len(asked) == len(set(asked))
    assert {location.networks for location in asked} == {(), ("a",), ("a", "b")}
