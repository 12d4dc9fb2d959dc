"""What `gslb explain` asks is made out from the words of people, or refused in words."""

import json
from ipaddress import ip_address, ip_network

import pytest
from aiohttp import web
from dns.rdatatype import RdataType

from gslb.app.questions import prefix, read, whole
from gslb.app.refusals import Asked
from gslb.nameserver import View
from kit.worlds import all_up, large


@pytest.fixture(scope="module")
def view() -> View:
    return View(large(), all_up(large()))


@pytest.mark.parametrize(
    ("text", "subnet"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("198.51.100.7/32", "198.51.100.7/32"),
        ("198.51.100.7/20", "198.51.96.0/20"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("2001:db8::1/48", "2001:db8::/48"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_a_client_means_the_subnet_that_a_resolver_would_send(text, subnet):
    assert prefix(text) == ip_network(subnet)


@pytest.mark.parametrize("text", ["", "home", "198.51.100", "198.51.100.7/33", "2001:db8::1/129"])
def test_what_is_no_address_is_no_client(text):
    with pytest.raises(ValueError):
        prefix(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("www.example.com.", "www.example.com."),
        ("www.example.com", "www.example.com."),
        ("www", "www.example.com."),
        ("_sip._tcp", "_sip._tcp.example.com."),
        ("mail", "mail.example.com."),
        ("x.e", "x.e.example.com."),
        ("www.child", "www.child.example.com."),
        ("nowhere.example.com", "nowhere.example.com."),
        ("www.example.org.", "www.example.org."),
        ("example.com", "example.com."),
        ("nowhere.", "nowhere."),
    ],
)
def test_a_name_may_be_whole_or_as_it_stands_in_a_zone(view, text, name):
    assert whole(text, RdataType.A, view).to_text() == name


def test_a_steered_name_is_meant_before_one_with_static_records(view):
    """`www` is static in child.example.com and steered in example.com."""
    assert whole("www", RdataType.A, view).to_text() == "www.example.com."


def test_every_word_is_read(view):
    asked = read(Asked({"name": "www", "type": "aaaa", "client": "198.51.100.7", "resolver": "192.0.2.9"}), view)

    assert (asked.name.to_text(), asked.rdtype) == ("www.example.com.", RdataType.AAAA)
    assert (asked.client.address, asked.subnet) == (ip_address("192.0.2.9"), ip_network("198.51.100.0/24"))


def test_all_but_the_name_may_be_left_out(view):
    asked = read(Asked({"name": "www"}), view)

    assert (asked.rdtype, asked.client.address, asked.subnet) == (RdataType.A, ip_address("127.0.0.1"), None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "name is missing"),
        (
            {"name": "www", "type": "ADDRESS"},
            "ADDRESS is no type; write A, AAAA, TXT … or its number: TYPE64 (0 to 65535)",
        ),
        ({"name": "www", "type": "TYPE65536"}, "TYPE65536 is no type; write A, AAAA, TXT … or its number: TYPE64"),
        ({"name": "a..b"}, "a..b is no name"),
        ({"name": "a" * 64}, f"{'a' * 64} is no name"),
        ({"name": "www", "client": "home"}, "'home' does not appear to be an IPv4 or IPv6 address"),
        ({"name": "www", "client": "192.0.2.0/40"}, "'192.0.2.0/40' does not appear to be an IPv4 or IPv6 network"),
        ({"name": "www", "resolver": "192.0.2.0/24"}, "'192.0.2.0/24' does not appear to be an IPv4 or IPv6 address"),
        ({"name": ["www"]}, "name has to be a text"),
    ],
)
def test_a_word_that_is_not_what_it_should_be_is_refused(view, words, said):
    with pytest.raises(web.HTTPBadRequest) as told:
        read(Asked(words), view)

    assert json.loads(told.value.text)["error"].startswith(said)
