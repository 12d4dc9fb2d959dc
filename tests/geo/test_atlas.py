import pickle
from ipaddress import ip_address, ip_network

import pytest

from gslb.geo import Atlas, Build, Database, Location, age_warnings, class_map, digest_of, open_database, overlay
from gslb.model import LatencyRow
from kit.mmdb import write_mmdb

LAB = overlay("prefix,country,latitude,longitude\n127.1.0.0/16,DE,50.03,8.54\n127.2.0.0/16,US,,\n", "places.csv")
NETWORKS = {"office": [ip_network("198.51.100.0/24"), ip_network("2001:db8:f::/48")]}


@pytest.fixture
def database() -> Database:
    records = {"81.2.69.0/24": {"country_code": "GB"}, "2a00:1450::/32": {"country_code": "US"}}
    return open_database("country", write_mmdb(records, "country ipvAll"), "country.mmdb")


@pytest.mark.parametrize(
    ("address", "bits", "country", "source", "networks"),
    [
        ("81.2.69.160", None, "GB", "database country.mmdb", ()),
        ("81.2.69.160", 24, "GB", "database country.mmdb", ()),
        ("81.2.69.160", 16, None, "", ()),
        ("127.1.2.3", None, "DE", "overlay places.csv:2", ()),
        ("127.1.2.3", 16, "DE", "overlay places.csv:2", ()),
        ("127.1.2.3", 15, None, "reserved", ()),
        ("127.3.2.1", None, None, "reserved", ()),
        ("198.51.100.7", None, None, "reserved", ("office",)),
        ("198.51.100.7", 23, None, "", ()),
        ("2001:db8:f:1::9", None, None, "reserved", ("office",)),
        ("2a00:1450:4001::1", 56, "US", "database country.mmdb", ()),
        ("1.1.1.1", None, None, "", ()),
        ("1.1.1.1", 0, None, "", ()),
    ],
)
def test_a_client_is_located_by_overlay_then_reserved_then_database(
    database: Database, address: str, bits: int | None, country: str | None, source: str, networks: tuple[str, ...]
):
    found = Atlas.build([database], LAB, NETWORKS).locate(ip_address(address), bits)

    assert (found.country, found.source, found.networks) == (country, source, networks)


def test_an_atlas_is_the_same_after_a_stay_on_disk(database: Database):
    atlas = Atlas.build([database], LAB, NETWORKS)
    again = Atlas.from_bytes(atlas.to_bytes())

    assert again == atlas
    assert class_map(again, lambda location: location.country) == class_map(atlas, lambda location: location.country)


def test_other_bytes_are_no_atlas():
    with pytest.raises(TypeError, match="not an atlas: list"):
        Atlas.from_bytes(pickle.dumps([1]))


def test_the_digest_is_known_before_the_atlas_is_built(database: Database):
    latency = [LatencyRow("DE", "eu", 9.0)]

    assert (
        Atlas.build([database], LAB, NETWORKS, {"partner": (64500,)}, latency).digest
        == digest_of([database], LAB, NETWORKS, {"partner": (64500,)}, latency)
        == digest_of([database], list(LAB), dict(NETWORKS), {"partner": (64500,)}, tuple(latency))
    )


def test_every_input_is_in_the_digest(database: Database):
    moved = overlay("prefix,country\n127.1.0.0/16,SE\n", "places.csv")
    inputs = [
        {},
        {"databases": [database]},
        {"overlay": LAB},
        {"overlay": moved},
        {"networks": NETWORKS},
        {"networks": {"branch": NETWORKS["office"]}},
        {"asns": {"partner": (64500,)}},
        {"latency": [LatencyRow("DE", "eu", 9.0)]},
        {"latency": [LatencyRow("DE", "eu", 9.5)]},
    ]
    assert len({digest_of(**given) for given in inputs}) == len(inputs)


def test_an_atlas_remembers_how_old_its_databases_are(database: Database):
    atlas = Atlas.build([database])

    assert atlas.databases == (Build("country.mmdb", 1_700_000_000.0),)
    assert len(age_warnings(atlas.databases, 1_800_000_000.0, 86_400.0)) == 1


def test_an_empty_atlas_knows_nobody():
    assert Atlas.build().locate(ip_address("81.2.69.1")) == Location()
