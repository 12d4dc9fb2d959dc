import pytest

from gslb.geo import Location
from gslb.geo.schemas import ROLES, SCHEMAS, schema_for
from gslb.model import Faults, Mark

MAXMIND_CITY = {
    "city": {"geoname_id": 2643743, "names": {"en": "London"}},
    "continent": {"code": "EU", "geoname_id": 6255148},
    "country": {"iso_code": "GB", "geoname_id": 2635167},
    "location": {"accuracy_radius": 100, "latitude": 51.514247, "longitude": -0.093145, "time_zone": "Europe/London"},
    "registered_country": {"iso_code": "US"},
    "subdivisions": [{"iso_code": "ENG"}, {"iso_code": "WBK"}],
}
LONDON = Location("europe", "GB", "GB-ENG", (51.5142, -0.0931))

TYPES = [
    ("GeoLite2-Country", ["country"]),
    ("GeoIP2-Country", ["country"]),
    ("GeoLite2-City", ["city", "country"]),
    ("GeoIP2-City", ["city", "country"]),
    ("GeoIP2-City-North-America", ["city", "country"]),
    ("GeoIP2-Enterprise", ["city", "country", "asn"]),
    ("GeoIP2-Precision-Enterprise", ["city", "country", "asn"]),
    ("GeoLite2-ASN", ["asn"]),
    ("GeoIP2-ISP", ["asn"]),
    ("DBIP-Country-Lite", ["country"]),
    ("DBIP-Country", ["country"]),
    ("DBIP-Location (compat=Country)", ["country"]),
    ("DBIP-City-Lite", ["city", "country"]),
    ("DBIP-City", ["city", "country"]),
    ("DBIP-Location (compat=City)", ["city", "country"]),
    ("DBIP-Location-ISP (compat=Enterprise)", ["city", "country", "asn"]),
    ("DBIP-ASN-Lite (compat=GeoLite2-ASN)", ["asn"]),
    ("country ipvAll", ["country"]),
    ("country ipv4", ["country"]),
    ("city ipv6", ["city", "country"]),
    ("asn ipvAll", ["asn"]),
]


@pytest.mark.parametrize(("kind", "roles"), TYPES)
def test_every_known_type_plays_its_roles_and_no_other(kind: str, roles: list[str]):
    for role in roles:
        assert role in schema_for(role, kind, "x.mmdb").roles
    for role in set(ROLES) - set(roles):
        with pytest.raises(Faults, match=f"x.mmdb is a database '.*' .write it under {roles[0]}, not {role}"):
            schema_for(role, kind, "x.mmdb")


def test_no_type_has_two_schemas():
    import re

    assert [sum(bool(re.fullmatch(schema.types, kind)) for schema in SCHEMAS) for kind, _ in TYPES] == [1] * len(TYPES)


@pytest.mark.parametrize(
    ("role", "kind", "record", "location"),
    [
        ("city", "GeoLite2-City", MAXMIND_CITY, LONDON),
        (
            "country",
            "GeoIP2-Country",
            {"country": {"iso_code": "SE"}, "continent": {"code": "EU"}},
            Location("europe", "SE"),
        ),
        ("country", "GeoLite2-Country", {"registered_country": {"iso_code": "SE"}}, Location(country="SE")),
        ("country", "GeoLite2-Country", {"continent": {"code": "AS"}}, Location("asia")),
        ("country", "GeoLite2-Country", {"country": "SE"}, Location()),
        ("city", "GeoLite2-City", {"subdivisions": [{"iso_code": "CA"}]}, Location()),
        ("city", "GeoLite2-City", {"country": {"iso_code": "US"}, "subdivisions": []}, Location(country="US")),
        ("city", "GeoLite2-City", {"location": {"latitude": 1.5}}, Location()),
        (
            "city",
            "DBIP-City-Lite",
            {
                "country": {"iso_code": "US"},
                "subdivisions": [{"names": {"en": "California"}}],
                "location": {"latitude": 37, "longitude": -122.25},
            },
            Location(country="US", coordinates=(37.0, -122.25)),
        ),
        (
            "asn",
            "GeoIP2-Enterprise",
            {"country": {"iso_code": "US"}, "traits": {"autonomous_system_number": 64500}},
            Location(country="US", asn=64500),
        ),
        (
            "asn",
            "GeoLite2-ASN",
            {"autonomous_system_number": 64500, "autonomous_system_organization": "x"},
            Location(asn=64500),
        ),
        ("asn", "asn ipv4", {"autonomous_system_number": 0}, Location()),
        ("country", "country ipvAll", {"country_code": "DE"}, Location(country="DE")),
        ("country", "country ipvAll", {"country_code": "AP"}, Location()),
        ("country", "country ipvAll", {"country_code": ""}, Location()),
        (
            "city",
            "city ipv4",
            {
                "city": "London",
                "country_code": "GB",
                "latitude": 51.51430130004883,
                "longitude": -0.09122440218925476,
                "state1": "England",
            },
            Location(country="GB", coordinates=(51.5143, -0.0912)),
        ),
    ],
)
def test_a_record_is_read_as_its_vendor_means_it(role: str, kind: str, record: dict[str, object], location: Location):
    assert schema_for(role, kind, "x.mmdb").read(record) == location


def test_an_unknown_type_is_refused_with_those_known():
    with pytest.raises(Faults) as raised:
        schema_for("country", "ipinfo generic_country.mmdb", "x.mmdb", Mark("gslb.yaml", 3, 9))

    assert str(raised.value).startswith(
        "gslb.yaml:3:9  x.mmdb is a database 'ipinfo generic_country.mmdb', which is not known "
        "(known for country: GeoLite2-Country, GeoIP2-Country; GeoLite2-City"
    )
    assert "ASN" not in str(raised.value)


def test_an_unknown_role_is_refused():
    with pytest.raises(Faults, match=r"'state' is no role of a location database \(write one of city, country, asn\)"):
        schema_for("state", "GeoLite2-City", "x.mmdb")
