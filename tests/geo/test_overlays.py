import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.geo import Location, countries, overlay
from gslb.model import Faults

HEADER = "prefix,continent,country,subdivision,latitude,longitude,asn\n"


def test_rows_say_where_prefixes_are():
    rows = overlay(
        "# our own\nprefix,country,latitude,longitude,asn\n"
        "127.1.0.0/16, DE, 50.03, 8.54, AS64500\n\n2001:db8:7::/48,SE,,,64501\n",
        "places.csv",
    )

    assert [(str(row.network), row.location, row.location.source) for row in rows] == [
        (
            "127.1.0.0/16",
            Location(continent="europe", country="DE", coordinates=(50.03, 8.54), asn=64500),
            "overlay places.csv:3",
        ),
        (
            "2001:db8:7::/48",
            Location(continent="europe", country="SE", coordinates=countries()["SE"].coordinates, asn=64501),
            "overlay places.csv:5",
        ),
    ]


@pytest.mark.parametrize(
    ("row", "location"),
    [
        ("10.0.0.0/8,,,,,,", Location()),
        ("10.0.0.0/8,,,,,,64500", Location(asn=64500)),
        ("10.0.0.0/8,asia,,,,,", Location(continent="asia")),
        ("10.0.0.0/8,,,,1,-2.5,", Location(coordinates=(1.0, -2.5))),
        ("10.0.0.0/8,asia,RU,,55,37,", Location(continent="asia", country="RU", coordinates=(55.0, 37.0))),
        (
            "10.0.0.0/8,,,US-CA,,,",
            Location("north-america", "US", "US-CA", countries()["US"].coordinates),
        ),
        (
            "10.0.0.0/8,,US,US-CA,34,-118,as4294967295",
            Location("north-america", "US", "US-CA", (34.0, -118.0), 2**32 - 1),
        ),
    ],
)
def test_only_what_follows_from_a_country_is_filled_in(row: str, location: Location):
    (found,) = overlay(HEADER + row, "places.csv")

    assert found.location == location


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("10.0.0.0/8,Europe,,,,,", "places.csv:2:12  unknown continent 'Europe' (write europe)"),
        ("10.0.0.0/8,EU,,,,,", "places.csv:2:12  unknown continent 'EU' (write africa, antarctica, asia, europe"),
        ("10.0.0.0/8,,de,,,,", "places.csv:2:13  unknown country 'de' (write DE)"),
        (
            "10.0.0.0/8,,UK,,,,",
            "places.csv:2:13  unknown country 'UK' (write the two capitals of ISO 3166-1, such as DE)",
        ),
        ("10.0.0.0/8,,,CA,,,", "places.csv:2:14  'CA' is no subdivision (write a code of ISO 3166-2, such as US-CA)"),
        ("10.0.0.0/8,,,UK-X,,,", "places.csv:2:14  'UK-X' is no subdivision"),
        ("10.0.0.0/8,,CA,US-CA,,,", "places.csv:2:16  US-CA is not in CA"),
        ("10.0.0.0/8,,,,91,8,", "places.csv:2:15  '91' is not in -90 to 90 degrees"),
        ("10.0.0.0/8,,,,50,181,", "places.csv:2:18  '181' is not in -180 to 180 degrees"),
        ("10.0.0.0/8,,,,north,8,", "places.csv:2:15  'north' is not in -90 to 90 degrees"),
        ("10.0.0.0/8,,,,nan,8,", "places.csv:2:15  'nan' is not in -90 to 90 degrees"),
        ("10.0.0.0/8,,,,50,,", "places.csv:2:15  latitude and longitude go together (write both or neither)"),
        ("10.0.0.0/8,,,,,8,", "places.csv:2:16  latitude and longitude go together (write both or neither)"),
        (
            "10.0.0.0/8,,,,,,4294967296",
            "places.csv:2:17  '4294967296' is no AS number (write a number below 4294967296",
        ),
        ("10.0.0.0/8,,,,,,AS-1", "places.csv:2:17  'AS-1' is no AS number"),
        ("10.0.0.1/8,,,,,,", "places.csv:2:1  10.0.0.1/8 has bits set past its length (write 10.0.0.0/8)"),
        (",,DE,,,,", "places.csv:2:1  no prefix"),
    ],
)
def test_a_fault_names_its_place_and_what_to_write(row: str, fault: str):
    with pytest.raises(Faults) as raised:
        overlay(HEADER + row, "places.csv")

    assert len(raised.value.faults) == 1
    assert str(raised.value).startswith(fault)


def test_all_faults_come_at_once_in_order():
    text = HEADER + "10.0.0.0/8,,DE,,,,,,\nx,,YY,,,,\n11.0.0.0/8,,DE,,,,\n11.0.0.0/8,,FR,,,,\n"
    with pytest.raises(Faults) as raised:
        overlay(text, "places.csv")

    assert [str(fault.mark) for fault in raised.value.faults] == [
        "places.csv:2:20",
        "places.csv:3:1",
        "places.csv:3:4",
        "places.csv:5:1",
    ]
    assert raised.value.faults[-1].hint == "first at places.csv:4:1"


def test_an_empty_overlay_has_a_header_at_least():
    assert overlay(HEADER, "places.csv") == ()
    with pytest.raises(Faults, match=r"places\.csv:1:1  no header row"):
        overlay("", "places.csv")


PREFIXES = (
    "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "10.1.2.0/24", "10.1.2.1/24", "010.0.0.0/8", "192.0.2.0/33",
    "192.0.2.0/255.255.255.0", "2001:db8::/32", "2001:DB8:1::/48", "2001:db8::1/32", "x", "", " 10.3.0.0/16",
)  # fmt: skip
RESTS = ("DE,,", "DE,DE-BE,", "US,,64500", ",,AS64501", "DE,US-CA,", "ZZ,,", "DE", "", '"DE",,', "DE,,,extra")
LINES = st.tuples(st.sampled_from(PREFIXES), st.sampled_from(RESTS)).map(",".join)


@settings(max_examples=300)
@given(st.lists(LINES | st.sampled_from(("# a comment", "", "  # another")), max_size=6))
def test_plain_rows_are_read_as_all_others_are(lines):
    """A header in capitals is enough to have every row read with care."""

    def read(header):
        try:
            return [(row, row.location.source) for row in overlay("\n".join([header, *lines]), "places.csv")]
        except Faults as faults:
            return str(faults)

    assert read("prefix,country,subdivision,asn") == read("PREFIX,country,subdivision,asn")
