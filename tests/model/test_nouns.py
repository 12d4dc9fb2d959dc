"""The nouns: equal when they mean the same, and the little arithmetic they do."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from gslb.model import Check, Endpoint, Family, Mark, Monitor, MonitorKind, Region, ZoneSource

V4, V6 = IPv4Address("192.0.2.1"), IPv6Address("2001:db8::1")


def test_where_it_was_written_takes_no_part_in_what_it_means():
    assert Region("eu", mark=Mark("f", 1, 1)) == Region("eu", mark=Mark("f", 2, 2))
    assert ZoneSource("a.", records_mark=Mark("f", 1, 1)) == ZoneSource("a.")


@pytest.mark.parametrize(
    ("endpoint", "families"),
    [
        (Endpoint("p/e", "p", v4=V4), (Family.V4,)),
        (Endpoint("p/e", "p", v4=V4, v6=V6), (Family.V4, Family.V6)),
        (Endpoint("p/e", "p", target="a.example."), (Family.NAME,)),
        (Endpoint("p/e", "p", rdata="10 mail", target="mail"), (Family.NAME,)),
    ],
)
def test_an_endpoint_has_the_families_it_is_reached_by(endpoint, families):
    assert endpoint.families == families


def test_an_observation_of_an_endpoint_is_about_an_address_or_a_name():
    endpoint = Endpoint("p/e", "p", v4=V4)

    assert endpoint.address(Family.V4) == "192.0.2.1"
    assert endpoint.address(Family.V6) is None
    assert Endpoint("p/e", "p", rdata="text").address(Family.NAME) == "text"
    assert Endpoint("p/e", "p", rdata="1 a.", target="a.").address(Family.NAME) == "a."


@pytest.mark.parametrize(
    ("interval", "timeout", "confirm", "fall", "seconds"),
    [(10, 4, 0, 3, 35), (5, 2, 1, 3, 12), (10, 1, 0, 3, 32), (5, 2, 1, 1, 8), (10, 4, 1, 3, 23)],
)
def test_detection_is_the_longest_time_from_a_death_to_the_verdict(interval, timeout, confirm, fall, seconds):
    monitor = Monitor("m", MonitorKind.TCP, interval=interval, timeout=timeout, confirm_interval=confirm, fall=fall)

    assert monitor.detection == seconds


def test_a_check_reads_as_a_monitor_asked_of_an_address():
    assert str(Check("ready", "web/eu", "192.0.2.1")) == "ready@web/eu[192.0.2.1]"
    assert str(Check("beat")) == "beat"
