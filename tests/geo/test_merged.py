from ipaddress import ip_address

import pytest

from gslb.geo import NOWHERE, Database, Location, countries, open_database
from gslb.geo.merged import best, merge
from gslb.geo.space import V4, V6
from kit.mmdb import write_mmdb

DE = countries()["DE"].coordinates


@pytest.mark.parametrize(
    ("places", "location"),
    [
        ([], NOWHERE),
        ([NOWHERE, NOWHERE], NOWHERE),
        ([Location(country="DE")], Location("europe", "DE", None, DE)),
        ([Location(asn=64500)], Location(asn=64500)),
        ([Location("asia")], Location("asia")),
        (
            [Location(country="DE", coordinates=(52.5, 13.4)), Location(country="FR"), Location(asn=64500)],
            Location("europe", "DE", None, (52.5, 13.4), 64500),
        ),
        (
            [Location(coordinates=(1.0, 1.0)), Location(country="DE")],
            Location("europe", "DE", None, DE),
        ),
        ([Location(coordinates=(1.0, 1.0)), NOWHERE], Location(coordinates=(1.0, 1.0))),
        ([Location("asia", "DE"), Location(asn=1), Location(asn=2)], Location("asia", "DE", None, DE, 1)),
    ],
)
def test_the_best_of_what_databases_say(places: list[Location], location: Location):
    assert best(places) == location


def database(role: str, kind: str, version: int = 6, **records: object) -> Database:
    entries = {cidr.replace("_", "/"): record for cidr, record in records.items()}
    return open_database(role, write_mmdb(entries, kind, version=version), f"{role}.mmdb")


def test_city_comes_before_country_and_asn_adds_its_number():
    country = database("country", "country ipvAll", **{"81.2.0.0_16": {"country_code": "GB"}})
    city4 = database(
        "city", "city ipv4", 4, **{"81.2.69.0_24": {"country_code": "IE", "latitude": 53.5, "longitude": -6.25}}
    )
    city6 = database(
        "city", "city ipv6", **{"2a00:1450::_32": {"country_code": "PL", "latitude": 52.0, "longitude": 21.0}}
    )
    asn = database("asn", "asn ipvAll", **{"81.2.64.0_18": {"autonomous_system_number": 20712}})
    merged = merge([asn, country, city4, city6])

    def at(text: str) -> Location:
        address = ip_address(text)
        steps, space = (merged.v4, V4) if address.version == 4 else (merged.v6, V6)
        return merged.places[steps.at(int(address) >> space.shift)]

    gb = countries()["GB"].coordinates
    assert at("81.2.1.1") == Location("europe", "GB", None, gb)
    assert at("81.2.70.1") == Location("europe", "GB", None, gb, 20712)
    assert at("81.2.69.1") == Location("europe", "IE", None, (53.5, -6.25), 20712)
    assert at("81.2.69.1").source == "database city.mmdb"
    assert at("2a00:1450::1") == Location("europe", "PL", None, (52.0, 21.0))
    assert at("9.9.9.9") == at("2a00:1451::1") == NOWHERE


def test_without_databases_everything_is_nowhere():
    merged = merge([])

    assert (list(merged.v4.starts), list(merged.v6.starts)) == ([0], [0])
    assert merged.places == (NOWHERE,)
