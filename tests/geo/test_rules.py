from ipaddress import ip_address, ip_network

import pytest

from gslb.geo import NOWHERE, Group, Location, MeasuredRow, Row
from gslb.geo.rules import Rulebook, write_rules
from gslb.model import Faults, LatencyRow, Mark

HERE = Location(country="DE", asn=64500, source="database x.mmdb")


def at(book: Rulebook, text: str, bits: int = 32, place: Location = HERE) -> Location:
    return book.locate(book.v4.match(int(ip_address(text)), bits), place)


def row(cidr: str, **attributes: object) -> Row:
    return Row(ip_network(cidr), Location(source=f"overlay {cidr}", **attributes))


def test_without_rules_the_databases_speak_except_for_what_is_reserved():
    book = write_rules()

    assert at(book, "81.2.69.1") is HERE
    assert at(book, "10.1.2.3") == Location()
    assert at(book, "10.1.2.3").source == "reserved"
    assert book.locate(book.v6.match(int(ip_address("2001:db8::1")), 128), HERE).source == "reserved"


def test_an_overlay_row_comes_before_what_is_reserved_whatever_their_lengths():
    book = write_rules([row("0.0.0.0/0", country="FR"), row("127.1.0.0/16", country="SE")])

    assert [at(book, text).country for text in ("127.1.2.3", "127.2.3.4", "10.0.0.1", "81.2.69.1")] == [
        "SE",
        "FR",
        "FR",
        "FR",
    ]


def test_a_longer_row_inherits_nothing():
    book = write_rules([row("81.2.0.0/16", country="FR", asn=64501), row("81.2.69.0/24", subdivision="GB-ENG")])

    assert at(book, "81.2.69.1") == Location(subdivision="GB-ENG")
    assert at(book, "81.2.68.1") == Location(country="FR", asn=64501)


def test_networks_are_listed_longest_first_each_once():
    networks = {
        "wide": [ip_network("81.0.0.0/8"), ip_network("81.2.69.0/24")],
        "middle": [ip_network("81.2.0.0/16")],
        "81.2.69.0/24": [ip_network("81.2.69.0/24")],
        "elsewhere": [ip_network("9.0.0.0/8"), ip_network("2a00::/12")],
    }
    book = write_rules(networks=networks)

    assert at(book, "81.2.69.1").networks == ("wide", "81.2.69.0/24", "middle")
    assert at(book, "81.2.68.1").networks == ("middle", "wide")
    assert at(book, "81.2.69.1", bits=16).networks == ("middle", "wide")
    assert at(book, "9.1.1.1").networks == ("elsewhere",)
    assert at(book, "9.1.1.1") == Location(country="DE", asn=64500, networks=("elsewhere",))
    assert at(book, "9.1.1.1").source == "database x.mmdb"


def test_latency_is_taken_from_the_longest_prefix_then_the_as_number_then_the_country():
    book = write_rules(
        networks={"office": [ip_network("81.2.69.0/24")], "empty": []},
        asns={"partner": [64500, 64501], "empty": []},
        latency=[
            LatencyRow("DE", "eu", 30.0),
            LatencyRow("DE", "us", 120.0),
            LatencyRow("DE", "eu", 31.0),
            LatencyRow("partner", "us", 110.0),
            LatencyRow("81.2.0.0/16", "eu", 20.0),
            LatencyRow("office", "eu", 5.0),
            LatencyRow("81.2.69.0/24", "eu", 6.0),
            LatencyRow("empty", "eu", 1.0),
        ],
    )

    assert at(book, "9.9.9.9", place=Location(country="DE")).latency == (("eu", 30.0), ("us", 120.0))
    assert at(book, "9.9.9.9").latency == (("eu", 30.0), ("us", 110.0))
    assert at(book, "81.2.68.1").latency == (("eu", 20.0), ("us", 110.0))
    assert at(book, "81.2.69.1").latency == (("eu", 5.0), ("us", 110.0))
    assert at(book, "9.9.9.9", place=Location(country="FR")).latency == ()


def test_a_network_of_both_prefixes_and_as_numbers_matches_by_either():
    book = write_rules(
        networks={"both": [ip_network("81.2.69.0/24")]}, asns={"both": [64500]}, latency=[LatencyRow("both", "eu", 7.0)]
    )

    assert at(book, "81.2.69.1", place=Location()).latency == (("eu", 7.0),)
    assert at(book, "9.9.9.9").latency == (("eu", 7.0),)
    assert at(book, "9.9.9.9", place=Location(asn=64501)).latency == ()


@pytest.mark.parametrize("match", ["offce", "81.2.69.1/24", "XX", "europe"])
def test_a_latency_row_that_matches_nothing_is_a_fault(match: str):
    with pytest.raises(Faults) as raised:
        write_rules(latency=[LatencyRow(match, "eu", 5.0, Mark("gslb.yaml", 9, 5))])

    assert str(raised.value) == (
        f"gslb.yaml:9:5  {match!r} is no network that is known (write a CIDR, a name under networks or a country (DE))"
    )


def test_equal_rules_are_one_state():
    many = [ip_network((number << 8, 24)) for number in range(0x510000, 0x510400, 2)]
    book = write_rules(networks={"many": many})

    assert len(book.states) == 3  # nothing, reserved, many


def test_what_was_measured_comes_before_the_table_and_the_table_before_what_is_measured_of_groups():
    book = write_rules(
        latency=[LatencyRow("DE", "eu", 7.0), LatencyRow("DE", "us", 8.0)],
        measured=[
            MeasuredRow(ip_network("81.2.69.0/24"), "eu", 20.0, 0.05, 9),
            MeasuredRow(Group(None, "DE"), "us", 90.0, 0.3, 9),
            MeasuredRow(Group(None, "DE"), "ap", 200.0, 0.3, 9),
            MeasuredRow(Group(64500, "DE"), "ap", 210.0, 0.2, 9),
        ],
    )
    germany = Location(country="DE")

    inside = book.locate(book.v4.match(int(ip_address("81.2.69.7")), 32), germany)
    assert inside.latency == (("us", 8.0),)
    assert [(one.region, one.milliseconds, one.of) for one in inside.measured] == [
        ("ap", 200.0, "DE"),
        ("eu", 20.0, "its prefix"),
    ]
    outside = book.locate(book.v4.match(int(ip_address("81.2.70.7")), 32), Location(country="DE", asn=64500))
    assert outside.latency == (("eu", 7.0), ("us", 8.0))
    assert [(one.region, one.of) for one in outside.measured] == [("ap", "AS64500 DE")]
    assert book.locate(0, Location(country="FR")).measured == ()


def test_the_longer_measured_prefix_counts_for_each_region():
    book = write_rules(
        measured=[
            MeasuredRow(ip_network("81.2.68.0/23"), "eu", 20.0, 0.05, 9),
            MeasuredRow(ip_network("81.2.68.0/23"), "us", 80.0, 0.05, 9),
            MeasuredRow(ip_network("81.2.69.0/24"), "eu", 30.0, 0.05, 9),
        ],
    )
    found = book.locate(book.v4.match(int(ip_address("81.2.69.7")), 32), NOWHERE)

    assert [(one.region, one.milliseconds) for one in found.measured] == [("eu", 30.0), ("us", 80.0)]
