"""Regions, vantages, clients, networks and places as written, and every way to write one wrong."""

from ipaddress import ip_network

import pytest

from gslb.model import LatencyRow, Measuring, Secret
from kit.language import expect, model

PLACE_ADVICE = "write a continent (europe), a country (DE), a subdivision (US-CA) or a name under places:"


def test_a_region_has_a_place_a_capacity_and_perhaps_a_vantage():
    found = model("gslb: 1\nregions: {eu: {at: FRA, country: DE, capacity: 20k/s, vantage: file:t}}\n")
    region, vantage = found.regions["eu"], found.vantages["eu"]

    assert (region.at, region.country, region.capacity) == ("FRA", "DE", 20_000)
    assert (vantage.region, vantage.at, vantage.token) == ("eu", "FRA", Secret("file", "t"))


def test_vantages_stand_in_the_region_they_are_called_by_or_say_another():
    found = model(
        "gslb: 1\nregions: {eu: {at: FRA}}\n"
        "vantages: {eu: {token: env:A}, out: {token: env:B, at: GRU}, near: {region: eu}}\n"
    ).vantages

    assert [(each.name, each.region) for each in found.values()] == [("eu", "eu"), ("out", None), ("near", "eu")]


def test_without_vantages_the_node_is_the_only_one():
    (only,) = model("gslb: 1\nregions: {eu: {at: FRA}}\nnode: {name: a, region: eu}\n").vantages.values()

    assert (only.name, only.region, only.token) == ("a", "eu", None)


def test_where_clients_are():
    clients = model(
        "gslb: 1\nregions: {eu: {at: FRA}}\nnetworks: {office: 192.0.2.0/24}\nclients:\n"
        "  locate: resolver\n  geodb: {country: [a.mmdb, b.mmdb], asn: /c.mmdb, warn_after: 30d}\n"
        "  overlay: o.csv\n  public_resolvers: p.csv\n"
        "  latency: {office: {eu: 12ms}, DE: {eu: 1s}, 198.51.100.0/24: {eu: 2.5ms}, AS64500: {eu: 3ms}}\n"
    ).clients

    assert (clients.locate, clients.overlay, clients.public_resolvers) == ("resolver", "o.csv", "p.csv")
    assert clients.geodb == (("country", "a.mmdb"), ("country", "b.mmdb"), ("asn", "/c.mmdb"))
    assert clients.warn_after == 30 * 86_400
    assert clients.latency[:2] == (LatencyRow("office", "eu", 12.0), LatencyRow("DE", "eu", 1000.0))


def test_what_becomes_of_measured_round_trips():
    written = "gslb: 1\nclients: {measured: {token: file:t, half_life: 6h, publish: 2m}}\n"

    assert model(written).clients.measured == Measuring(Secret("file", "t"), 6 * 3_600.0, 120.0)
    assert model("gslb: 1\nclients: {measured: {token: env:T}}\n").clients.measured == Measuring(Secret("env", "T"))
    assert model("gslb: 1\n").clients.measured == Measuring()


def test_networks_are_prefixes_and_as_numbers():
    networks = model("gslb: 1\nnetworks: {office: [192.0.2.0/24, '2001:db8::/48'], partner: AS64500}\n").networks

    assert networks["office"].prefixes == (ip_network("192.0.2.0/24"), ip_network("2001:db8::/48"))
    assert networks["partner"].asns == (64500,)


def test_places_are_sets_and_may_hold_what_is_built_in():
    places = model("gslb: 1\nplaces: {dach: [DE, AT, CH], more: [eu, CH, US-CA, asia], one: NO}\n").places

    assert places["dach"].members == ("DE", "AT", "CH")
    assert len(places["more"].members) == 27 + 3
    assert places["one"].members == ("NO",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "regions: {eu: {at: §Frankfurt}}",
            "at: Frankfurt is no place | write an airport's code (FRA) or LAT,LON (50.03,8.57)",
        ),
        ("regions: {eu: {country: §UK}}", "country: UK is no country | write two capitals (DE)"),
        ("clients: {measured: {token: §abc}}", "token: a secret is never written here | write file:PATH or env:NAME"),
        ("clients: {measured: {half_life: §0s}}", "half_life: 0s is not above zero"),
        ("clients: {measured: {§every: 5m}}", "unknown key every | known: token, half_life, publish"),
        ("regions: {eu: {capacity: §20}}", "capacity: 20 has no unit | write 20/s"),
        ("regions: {eu: {vantage: §abc}}", "vantage: a secret is never written here | write file:PATH or env:NAME"),
        ("regions: {§e/u: {}}", "e/u is no name | use letters, digits, . - and _"),
        ("regions: {eu: §}", "eu: nothing is written here"),
        ("regions: {eu: {monitor: §up}}", "unknown monitor up"),
        ("vantages: {a: {region: §eu}}", "unknown region eu"),
        (
            "vantages: {a: {}, §b: {}}",
            "b has no token, and a is this node already | write token: file:PATH for a vantage elsewhere",
        ),
        (
            "networks: {a: [§192.0.2.1/24]}",
            "a: 192.0.2.1/24 is no network | write 192.0.2.0/24: bits are set after the prefix",
        ),
        ("networks: {a: §[]}", "a: nothing is listed here"),
        (
            "places: {a: [§U]}",
            f"a: unknown place U | {PLACE_ADVICE}",
        ),
        ("places: {a: [§us-ca]}", "a: unknown place us-ca | write US-CA"),
        ("places: {§eu: [DE]}", "eu is built in | choose another name"),
        ("places: {§europe: [DE]}", "europe is a place already | choose a name in lower case, such as dach"),
        ("places: {§XY: [DE]}", "XY is a place already | choose a name in lower case, such as dach"),
        ("clients: {geodb: {§contry: a}}", "unknown key contry | did you mean country?"),
        ("clients: {locate: §ECS}", "locate: ECS is unknown | write ecs or resolver"),
        ("clients: §ecs", "clients: a map is expected here | write key: value"),
        ("node: {region: §eu}", "unknown region eu"),
    ],
)
def test_a_place_written_wrong_is_told_where_and_what_to_write(line, message):
    expect(f"gslb: 1\n{line}\n", message)


def test_a_vantage_is_written_once():
    expect(
        "gslb: 1\nregions: {eu: {vantage: §file:a}}\nvantages: {eu: {token: file:b}}\n",
        "eu is a vantage already | first at gslb.yaml:3:12",
    )


def test_latency_rows_name_known_clients_and_regions():
    expect(
        "gslb: 1\nregions: {eu: {at: FRA}}\nnetworks: {office: AS1}\nclients:\n"
        "  latency: {§offic: {eu: 1ms}, DE: {§us: 1ms}, office: {eu: 1ms}}\n",
        "unknown clients offic | did you mean office?",
        "unknown region us",
    )
