"""DNS words: names made absolute, types that can be steered, rdata in text."""

import pytest

from gslb.config.names import absolute_name, address_type, host_in, rdata, steerable_type
from gslb.config.scalars import Wrong


@pytest.mark.parametrize(
    ("text", "origin", "name"),
    [
        ("www", "example.com", "www.example.com."),
        ("@", "Example.com.", "example.com."),
        ("a.b.", "example.com", "a.b."),
        ("EXAMPLE", ".", "example."),
    ],
)
def test_a_name_is_made_absolute_and_lower_case(text, origin, name):
    assert absolute_name(text, origin) == name


@pytest.mark.parametrize("text", ["a..b", "x" * 64, ".".join(["abcdefghi"] * 30), "a\\"])
def test_what_cannot_be_a_name_is_wrong(text):
    with pytest.raises(Wrong, match="is no name"):
        absolute_name(text)


@pytest.mark.parametrize("text", ["SRV", "txt", "HTTPS", "TYPE65534"])
def test_most_types_can_be_steered(text):
    assert steerable_type(text) == text.upper()


@pytest.mark.parametrize("text", ["NS", "SOA", "DNSKEY", "ANY", "AXFR", "OPT", "nonsense", "TYPE99999999"])
def test_some_types_cannot(text):
    with pytest.raises(Wrong):
        steerable_type(text)


def test_rdata_is_kept_as_written_when_its_type_can_have_it():
    assert rdata("10 mail", "MX") == "10 mail"

    with pytest.raises(Wrong, match="is no MX rdata"):
        rdata("mail", "MX")


def test_rdata_may_name_a_host():
    assert host_in("1 2 3 sip", "SRV") == "sip"
    assert host_in("1 .", "HTTPS") is None
    assert host_in('"text"', "TXT") is None


def test_an_address_has_a_type():
    assert [address_type(text) for text in ("192.0.2.1", "::1", "x")] == ["A", "AAAA", None]
