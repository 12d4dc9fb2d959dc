"""Who is answered an address is just who asks and gets it, in each class of clients and by its share."""

import dns.name
import pytest
from dns.rdatatype import RdataType

from gslb.geo import EVERYWHERE
from gslb.nameserver import View, reached
from kit.worlds import all_up, ask, large, query, texts


@pytest.fixture(scope="module")
def view():
    return View(large(), all_up(large()))


def found(view, name, text, rdtype="A"):
    return reached(dns.name.from_text(f"{name}.example.com."), RdataType.from_text(rdtype), {text}, view)


def test_where_nobody_is_told_apart_everybody_is_answered_alike(view):
    steered, (one,) = found(view, "failover", "192.0.2.1")

    assert steered == "failover.example.com."
    assert (one.share, one.extent, one.places) == (1.0, EVERYWHERE, ())
    assert found(view, "failover", "192.0.2.2") == (steered, ())


def test_chances_are_told_as_shares(view):
    _, (one,) = found(view, "weighted", "192.0.2.3")

    assert one.share == pytest.approx(0.7)


def test_places_are_told_the_widest_first_with_why(view):
    _, paths = found(view, "geo", "192.0.2.2")
    sizes = [one.extent.addresses for one in paths]
    us = next(one for one in paths if one.places[0][0] == "US")

    assert sizes == sorted(sizes, reverse=True)
    assert us.share == 1.0
    assert [step.chosen for step in us.why][:1] == ["US"]
    spread = next(one for one in paths if one is not us)
    assert spread.share == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize("name", ["www", "geo", "near", "net", "sticky", "weighted"])
@pytest.mark.parametrize("sender", ["127.1.0.1", "127.2.0.1", "127.3.0.1", "198.51.100.1"])
def test_who_asks_and_gets_it_is_among_those_told(view, name, sender):
    reply = ask(view, query(f"{name}.example.com"), sender)
    (answer,) = texts(reply)
    _, paths = found(view, name, answer)

    place = {"127.1.0.1": "DE", "127.2.0.1": "US", "127.3.0.1": "IN", "198.51.100.1": "office"}[sender]
    assert any(not one.places or place in dict(one.places) for one in paths)


def test_shares_over_all_endpoints_make_up_every_answer(view):
    endpoints = ["web/eu-west", "web/us-east", "web/ap-south"]
    for name in ("weighted", "geo", "net", "sticky"):
        every = [one for endpoint in endpoints for one in found(view, name, endpoint)[1]]
        covered = sum(one.share * one.extent.addresses for one in every)
        assert covered == pytest.approx(EVERYWHERE.addresses)


def test_an_alias_leads_to_the_name_that_is_steered(view):
    assert found(view, "alias", "192.0.2.1")[0] == "www.example.com."


def test_where_no_policy_decides_there_is_nothing_to_tell(view):
    assert found(view, "static", "192.0.2.25") is None
    assert found(view, "four", "2001:db8:1::1", "AAAA") == ("four.example.com.", ())
