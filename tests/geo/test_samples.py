"""What a sample may be, and what is refused of what strangers send."""

from ipaddress import ip_address, ip_network

import pytest

from gslb.geo import Sample, SampleError, SampleSource, client_prefix, prefix_of, sample


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("203.0.113.128/25", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("2001:db8::/60", "2001:db8::/56"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("203.0.112.0/20", "203.0.112.0/20"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
    ],
)
def test_a_client_is_a_prefix_of_24_or_56_at_most(text, prefix):
    assert client_prefix(text) == ip_network(prefix)


@pytest.mark.parametrize("text", ["", "nobody", "203.0.113.0/19", "2001:db8::/39", "1.2.3.4/33", "::ffff:1.2.3.4/96"])
def test_what_is_no_client_or_a_crowd_is_refused(text):
    with pytest.raises(SampleError):
        client_prefix(text)


def test_an_address_has_a_prefix():
    assert prefix_of(ip_address("203.0.113.7")) == ip_network("203.0.113.0/24")
    assert prefix_of(ip_address("::ffff:203.0.113.7")) == ip_network("203.0.113.0/24")


@pytest.mark.parametrize("value", ["12", None, True, float("nan"), float("inf"), -1, 0, 0.01, 10_001])
def test_what_is_no_round_trip_is_refused(value):
    with pytest.raises(SampleError):
        sample("eu", "203.0.113.7", value, SampleSource.APPLICATION, 0.0)


@pytest.mark.parametrize("weight", ["1", None, True, 0, -1, 1e7, float("nan")])
def test_what_is_no_count_is_refused(weight):
    with pytest.raises(SampleError):
        sample("eu", "203.0.113.7", 12, SampleSource.APPLICATION, 0.0, weight)


def test_a_sample_is_what_was_sent():
    found = sample("eu", "203.0.113.7", 12, SampleSource.BALANCER, 5.0)

    assert found == Sample("eu", ip_network("203.0.113.0/24"), 12.0, SampleSource.BALANCER, 5.0)
