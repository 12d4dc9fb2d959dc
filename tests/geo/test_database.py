from ipaddress import ip_address

import pytest

from gslb.geo import COUNTRY_DATABASE, Database, Location, age_warnings, open_database, shipped_database
from gslb.model import Faults, Mark
from kit.mmdb import write_mmdb

DAY = 86_400.0
MARK = Mark("gslb.yaml", 4, 11)


@pytest.fixture(scope="module")
def shipped() -> Database:
    return shipped_database()


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("81.2.69.160", "GB"),
        ("193.0.6.139", "NL"),  # RIPE NCC
        ("133.11.0.1", "JP"),  # University of Tokyo
        ("200.160.2.3", "BR"),  # NIC.br
        ("129.132.1.1", "CH"),  # ETH Zurich
        ("139.130.4.5", "AU"),  # Telstra
        ("2001:67c:2e8::1", "NL"),
        ("2001:630::1", "GB"),  # JANET
        ("2001:200::1", "JP"),
        ("10.0.0.1", None),
        ("2001:db8::1", None),
    ],
)
def test_the_shipped_database_knows_well_known_prefixes(shipped: Database, address: str, country: str | None):
    found = shipped.get(ip_address(address))

    assert (found.country if found else None) == country


def test_the_shipped_database_holds_both_families_and_every_large_country(shipped: Database):
    flat = shipped.flatten()

    assert flat.v4 is not None
    assert flat.v6 is not None
    assert len(flat.v4.starts) > 200_000
    assert len(flat.v6.starts) > 50_000
    assert {"US", "DE", "IN", "CN", "BR", "ZA", "AU"} <= {place.country for place in flat.places}
    assert (shipped.kind, shipped.name, shipped.role) == ("country ipvAll", "iptoasn-country.mmdb", "country")


def test_ranges_say_what_look_ups_say(shipped: Database):
    flat = shipped.flatten()
    assert flat.v4 is not None
    assert flat.v6 is not None
    for number in range(0, 2**32, 7_654_321):
        assert flat.places[flat.v4.at(number)] == (shipped.get(ip_address(number)) or Location())
    for number in range(0x2000 << 48, 0x3000 << 48, 987_654_321_987_654):
        assert flat.places[flat.v6.at(number)] == (shipped.get(ip_address(number << 64)) or Location())


def test_a_database_is_read_from_a_path_or_from_bytes(tmp_path):
    data = write_mmdb({"81.2.69.0/24": {"country_code": "GB"}}, "country ipv4", version=4, built=1_234_567_890)
    path = tmp_path / "places.mmdb"
    path.write_bytes(data)
    london = ip_address("81.2.69.1")

    opened = [open_database("country", source) for source in (path, str(path), data)]
    assert [database.get(london) for database in opened] == [Location(country="GB")] * 3
    assert [database.name for database in opened] == ["places.mmdb", "places.mmdb", "database"]
    assert len({database.digest for database in opened}) == 1
    assert {database.built for database in opened} == {1_234_567_890.0}
    assert opened[0].get(london).source == "database places.mmdb"
    assert opened[0].get(ip_address("1.2.3.4")) is None
    assert opened[0].flatten().v6 is None


def test_another_content_has_another_digest():
    one, other = (
        open_database("country", write_mmdb({"81.2.69.0/24": {"country_code": code}}, "country ipv4", version=4))
        for code in ("GB", "IE")
    )
    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "gslb.yaml:4:11  cannot read x.mmdb: No such file or directory (give the path of a .mmdb file"),
        (b"not a database", "gslb.yaml:4:11  x.mmdb is no location database: Error opening database file"),
        (write_mmdb({}, "ipinfo"), "gslb.yaml:4:11  x.mmdb is a database 'ipinfo', which is not known"),
        (write_mmdb({}, "GeoLite2-ASN"), "gslb.yaml:4:11  x.mmdb is a database 'GeoLite2-ASN' (write it under asn"),
    ],
)
def test_what_cannot_serve_is_a_fault_at_its_place(tmp_path, content: bytes | None, fault: str):
    path = tmp_path / "x.mmdb"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(Faults) as raised:
        open_database("country", path, mark=MARK)
    assert str(raised.value).startswith(fault)


def test_bytes_that_are_no_database_are_refused_too():
    with pytest.raises(Faults, match=r"city\.mmdb is no location database"):
        open_database("city", b"nothing", "city.mmdb")


def test_a_damaged_tree_is_refused_when_it_is_read():
    whole = write_mmdb({"81.2.69.0/24": {"country_code": "GB"}}, "country ipv4", version=4)
    looping = bytes(3) + whole[3:]  # the first node leads to itself

    with pytest.raises(Faults, match="damaged: its search tree does not end"):
        open_database("country", looping, "x.mmdb").flatten()


def test_records_that_are_no_maps_say_nothing():
    odd = open_database("country", write_mmdb({"81.2.69.0/24": "GB"}, "country ipv4", version=4))

    assert odd.get(ip_address("81.2.69.1")) is None
    assert odd.flatten().places == (Location(),)


def test_an_old_build_is_warned_of():
    old, new = (
        open_database("country", write_mmdb({}, "country ipv4", version=4, built=int(day * DAY)), f"{day}.mmdb")
        for day in (100, 200)
    )

    assert age_warnings([old, new], 200 * DAY, 60 * DAY) == (
        "100.mmdb was built 100 days ago, and networks move: fetch a newer one (warn_after is 60d)",
    )
    assert age_warnings([old, new], 200 * DAY, 100 * DAY) == ()
    assert COUNTRY_DATABASE.name == "iptoasn-country.mmdb"
