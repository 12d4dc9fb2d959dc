"""What must hold of a tree as a whole."""

import pytest

from gslb.model import answer_type, varies_by_client
from kit.language import WEB, expect, model, zone

TYPED = WEB + "  names: {endpoints: {eu-west: a.example.net.}}\n  sip: {type: SRV, endpoints: {eu-west: 1 2 3 a.}}\n"


def test_all_leaves_of_a_name_are_of_one_type():
    expect(
        TYPED + zone("www: {failover: [web, §names]}", "api: {failover: [web, §sip]}"),
        "names/eu-west answers CNAME, but web/eu-west answers addresses | all leaves of one name are of one type",
        "sip/eu-west answers SRV, but web/eu-west answers addresses | all leaves of one name are of one type",
    )


def test_rdata_and_aliases_are_leaves_of_a_type_too():
    expect(
        TYPED
        + zone("www: {failover: [web, {§rdata: x, type: TXT}]}", "api: {failover: [{alias: www2}, §sip]}", "www2: web"),
        "rdata answers TXT, but web/eu-west answers addresses | all leaves of one name are of one type",
        "sip/eu-west answers SRV, but web/eu-west answers addresses | all leaves of one name are of one type",
    )
    expect(TYPED + zone("www: {failover: [web, {rdata: 192.0.2.9}, {alias: static}]}"))


def test_a_fallback_is_of_the_type_of_its_tree():
    expect(
        TYPED + zone("www: {failover: [web], on_all_down: {fallback: §names}}"),
        "names/eu-west answers CNAME, but web/eu-west answers addresses | all leaves of one name are of one type",
    )


@pytest.mark.parametrize(
    ("line", "type_"),
    [
        ("web", "ADDRESS"),
        ("names", "CNAME"),
        ("{failover: [{alias: ns1}, sip]}", "SRV"),
        ("{rdata: 192.0.2.1}", "ADDRESS"),
        ("{rdata: x, type: TXT}", "TXT"),
        ("{alias: ns1}", None),
    ],
)
def test_a_tree_answers_one_type(line, type_):
    found = model(TYPED + zone(f"www: {line}"))

    assert answer_type(found.trees["www.example.com."], found) == type_


def test_a_name_cannot_be_answered_at_the_apex():
    expect(
        TYPED + zone('"§@": names', "www: names"),
        "names/eu-west is a name, which the apex of a zone cannot answer | "
        "write addresses: a CNAME cannot stand beside SOA and NS",
    )


@pytest.mark.parametrize(
    ("line", "varies"),
    [
        ("web", False),
        ("{weighted: {web: 1}}", False),
        ("{failover: [web, other]}", False),
        ("{multivalue: web}", False),
        ("{weighted: {web: 1}, by: client}", True),
        ("{failover: [other, {sticky: web}]}", True),
        ("{latency: web}", True),
        ("{geoproximity: web}", True),
        ("{geo: {default: web}}", True),
        ("{network: {default: web}}", True),
        ("{alias: near}", True),
    ],
)
def test_what_varies_by_client(line, varies):
    found = model(WEB + zone(f"www: {line}", "near: {latency: web}"))

    assert varies_by_client(found.trees["www.example.com."]) is varies


def test_closed_is_refused_where_the_answer_varies_by_client():
    message = (
        "on_all_down: closed, but www.example.com. varies by client, and NODATA is cached for everybody | "
        "write open, last_good or {fallback: POOL}"
    )

    expect(WEB + zone("www: {§geo: {default: web}, on_all_down: closed}"), message)
    expect(WEB + zone("www: {geo: {default: {§failover: [web], on_all_down: closed}}}"), message)
    expect(WEB + "defaults: {steer: {on_all_down: closed}}\n" + zone("www: {§latency: web}"), message)
    expect(WEB + zone("www: {failover: [web], on_all_down: closed}"))


def test_a_name_has_one_way_to_locate_its_clients():
    expect(
        WEB + zone("www: {failover: [{§latency: web, locate: resolver}, other]}"),
        "locate: resolver here, but ecs above | an answer has one scope: say locate: at www.example.com. only",
    )
    found = model(WEB + zone("www: {failover: [{latency: web}, other], locate: resolver}")).trees["www.example.com."]
    assert found.children[0].common.locate == "resolver"
