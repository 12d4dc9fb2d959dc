"""A tree's choice as records: which types, which family, which classes, how long, under which name."""

from dataclasses import replace
from functools import cache

import dns.name
import pytest
from dns.rdatatype import RdataType

from gslb.geo import NOWHERE, Location
from gslb.image import ByClass, Constant, Scoping, outcomes
from gslb.model import Family
from gslb.nameserver import View
from gslb.nameserver.steer import answered, asks, family, negative, steer, types
from kit.answers import believing
from kit.worlds import all_up, large, world

TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
clients: {overlay: places.csv}
monitors: {ready: {probe: "http://www.example.com/", interval: 5s, timeout: 2s}}
pools:
  web: {monitor: ready, endpoints: {a: [192.0.2.1, "2001:db8::1"], b: 192.0.2.2}}
  six: {endpoints: {a: "2001:db8::6"}}
  cdn: {endpoints: {a: www.example.net.}}
  sip: {type: SRV, endpoints: {a: 10 50 5061 sip, b: 20 50 5061 sip2}}
zones:
  example.com:
    records: |
      @ 1h SOA ns1 h 1 7200 900 1209600 300
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {ttl: {min: 10s, max: 60s}, failover: [web/a, web/b]}
      shut: {ttl: {min: 10s, max: 60s}, failover: [web/b], on_all_down: closed}
      where: {ttl: 30s, geo: {DE: web/a, default: web/b}}
      alike: {ttl: 30s, geo: {US-CA: web/a, default: web/b}}
      six: {ttl: 30s, failover: [six]}
      name: {ttl: 30s, failover: [cdn]}
      sip: {ttl: 30s, failover: [sip/a, sip/b]}
      fixed: {ttl: 30s, failover: [{rdata: [192.0.2.60, 192.0.2.61], type: A}]}
      static: {ttl: 30s, failover: [{alias: ns1}]}
      gone: {ttl: 30s, failover: [web/a], on_all_down: {fallback: six}}
"""
A, AAAA, ANY, CNAME, SRV, TXT = map(RdataType.from_text, ("A", "AAAA", "ANY", "CNAME", "SRV", "TXT"))


@cache
def built():
    return world(TEXT)


def steered(name: str):
    return built().steered[dns.name.from_text(f"{name}.example.com.")]


def chosen(name: str, rdtype: int = A, *down: str, owner: dns.name.Name | None = None, locate=None):
    view = believing(built(), *down)
    zone = view.world.zones.find(dns.name.from_text("example.com."))
    return steer(steered(name), rdtype, zone, view, owner, locate)


def rows(selector) -> list[tuple[str, list[str]]]:
    """Each outcome's answer: type and data."""
    return [
        (RdataType.to_text(record.rdtype), [one.to_text() for one in record.rdatas])
        for sections in outcomes(selector)
        for record in sections.answer
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("www", {A, AAAA}),
        ("six", {A, AAAA}),
        ("fixed", {A, AAAA}),
        ("static", {A, AAAA}),
        ("name", {CNAME}),
        ("sip", {SRV}),
    ],
)
def test_a_tree_answers_addresses_or_the_one_type_of_its_leaves(name, expected):
    assert types(built().tree(steered(name)), built().model) == expected


@pytest.mark.parametrize(
    ("name", "asked", "expected"),
    [
        ("www", A, A),
        ("www", AAAA, AAAA),
        ("www", ANY, A),
        ("six", ANY, AAAA),
        ("name", A, CNAME),
        ("name", TXT, CNAME),
        ("name", ANY, CNAME),
        ("sip", SRV, SRV),
        ("sip", ANY, SRV),
    ],
)
def test_a_cname_answers_every_type_and_any_gets_one_that_is_there(name, asked, expected):
    assert answered(steered(name), asked, believing(built())) == expected


@pytest.mark.parametrize(
    ("rdtype", "expected"),
    [(A, Family.V4), (AAAA, Family.V6), (CNAME, Family.NAME), (SRV, Family.NAME), (65_400, Family.NAME)],
)
def test_addresses_have_a_family_each_and_all_else_is_by_name(rdtype, expected):
    assert family(rdtype) is expected


@pytest.mark.parametrize(
    ("name", "rdtype", "down", "expected"),
    [
        ("www", A, (), [("A", ["192.0.2.1"])]),
        ("www", AAAA, (), [("AAAA", ["2001:db8::1"])]),
        ("www", A, ("web/a",), [("A", ["192.0.2.2"])]),
        ("name", CNAME, (), [("CNAME", ["www.example.net."])]),
        ("sip", SRV, (), [("SRV", ["10 50 5061 sip.example.com."])]),
        ("fixed", A, (), [("A", ["192.0.2.60", "192.0.2.61"])]),
        ("static", A, (), [("A", ["192.0.2.53"])]),
        ("gone", AAAA, ("web/a",), [("AAAA", ["2001:db8::6"])]),
    ],
)
def test_what_is_chosen_becomes_records(name, rdtype, down, expected):
    assert rows(chosen(name, rdtype, *down)[0]) == expected


@pytest.mark.parametrize("owner", [None, dns.name.from_text("www.example.com.")])
def test_the_owner_is_the_question_or_the_name_a_chain_has_come_to(owner):
    (sections,) = outcomes(chosen("www", owner=owner)[0])

    assert [record.owner for record in sections.answer] == [owner]


@pytest.mark.parametrize(
    ("name", "rdtype", "down", "seconds"),
    [
        ("six", A, (), 300),  # the zone's own: nothing will change it but the configuration
        ("shut", A, ("web/b",), 10),  # by policy: no longer than the record's minimum
        ("static", AAAA, (), 30),
    ],
)
def test_no_data_brings_the_soa_for_as_long_as_it_may_hold(name, rdtype, down, seconds):
    (sections,) = outcomes(chosen(name, rdtype, *down)[0])

    assert sections.answer == ()
    assert [(record.rdtype, record.ttl) for record in sections.authority] == [(RdataType.SOA, seconds)]


def test_answers_are_counted_by_their_first_endpoint():
    """The ordinal is its place among the tree's endpoints; behind them all: no endpoint."""
    ordinals = [outcomes(chosen("www", A, *down)[0])[0].ordinal for down in ((), ("web/a",))]

    assert ordinals == [0, 1]
    assert outcomes(chosen("shut", A, "web/b")[0])[0].ordinal == 1
    assert outcomes(chosen("fixed")[0])[0].ordinal == 0
    assert outcomes(chosen("static")[0])[0].ordinal == 0


def test_a_tree_that_looks_at_places_is_asked_for_each_class():
    selector, scoping, places = chosen("where")

    assert isinstance(selector, ByClass)
    assert scoping == Scoping(by_class=True)
    assert places == selector.places == built().classes["where.example.com."].digest
    assert sorted(rows(selector)) == [("A", ["192.0.2.1"]), ("A", ["192.0.2.2"])]


@pytest.mark.parametrize(("country", "expected"), [("DE", "192.0.2.1"), ("FR", "192.0.2.2")])
def test_or_for_one_client_alone(country, expected):
    asked = []

    def locate(sender: bool) -> Location:
        asked.append(sender)
        return Location(country=country)

    selector, scoping, places = chosen("where", locate=locate)

    assert rows(selector) == [("A", [expected])]
    assert (scoping.by_class, asked) == (True, [False])
    assert places in built().maps


def test_a_tree_that_does_not_look_never_asks_where_the_client_is():
    def locate(sender: bool) -> Location:
        raise AssertionError("nobody needs to know")

    for name in ("www", "alike", "six"):
        selector, scoping, places = chosen(name, locate=locate)
        assert isinstance(selector, Constant)
        assert (scoping, places) == (Scoping(), None)


def test_a_tree_is_put_one_question_for_each_family_and_class():
    view = believing(built())
    classes = len(built().classes["where.example.com."].representatives)

    assert [ask.family for ask in asks(steered("www"), view)] == [Family.V4, Family.V6]
    assert [ask.family for ask in asks(steered("six"), view)] == [Family.V6]
    assert [ask.family for ask in asks(steered("name"), view)] == [Family.NAME]
    assert [ask.location for ask in asks(steered("www"), view)] == [NOWHERE, NOWHERE]
    assert len([ask for ask in asks(steered("where"), view) if ask.family is Family.V4]) == classes > 1


def test_a_question_holds_all_that_is_believed():
    belief = replace(all_up(large()), wall=5.0, seed=9)
    steered_ = large().steered[dns.name.from_text("www.example.com.")]
    ask = next(iter(asks(steered_, View(large(), belief))))

    assert (ask.wall, ask.seed, ask.verdicts, ask.memory) == (5.0, 9, belief.verdicts, belief.memory)
    assert set(ask.sites) == {"eu-west", "us-east", "ap-south"}


def test_the_negative_record_is_the_soa_with_the_negative_ttl():
    zone = built().zones.find(dns.name.from_text("example.com."))

    assert negative(zone).ttl == 300
    assert negative(zone).owner == zone.apex
