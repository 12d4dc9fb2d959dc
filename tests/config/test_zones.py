"""Zones and steered names as written: absolute names, records with their place, every way to write one wrong."""

import pytest

from gslb.model import Mark, Reference
from kit.language import WEB, expect, model, zone

RECORDS = """\
gslb: 1
zones:
  Example.COM:
    owner: edge-team@example.com
    records: |        # master-file text
        @    1d  NS  ns1
        ns1  1d  A   192.0.2.53
"""


def test_a_zone_has_an_absolute_name_and_text_that_knows_its_place():
    (zone,) = model(RECORDS).zones.values()

    assert (zone.name, zone.owner) == ("example.com.", "edge-team@example.com")
    assert zone.records == "@    1d  NS  ns1\nns1  1d  A   192.0.2.53\n"
    assert zone.records_mark == Mark("gslb.yaml", 6, 9)


def test_a_zone_file_is_seen_from_the_configuration():
    assert (
        model("gslb: 1\nzones: {example.com: {file: example.com.zone}}\n").zones["example.com."].file
        == "example.com.zone"
    )


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("www", "www.example.com."),
        ("WWW.Shop", "www.shop.example.com."),
        ('"@"', "example.com."),
        ('"*.shop"', "*.shop.example.com."),
        ('"*"', "*.example.com."),
        ("_sip._tcp", "_sip._tcp.example.com."),
    ],
)
def test_a_steered_name_is_relative_to_its_zone(written, absolute):
    steered = model(WEB + zone(f"{written}: web")).steered[absolute]

    assert (steered.name, steered.zone, steered.policy) == (absolute, "example.com.", Reference("web"))


def test_a_steered_name_says_ttl_runbook_and_owner_beside_its_policy():
    steered = model(
        WEB
        + zone(
            "www: {policy: web, ttl: {min: 10s, max: 5m}, runbook: 'https://wiki', owner: me}",
            "api: {failover: [web], ttl: 1m}",
        )
    ).steered

    www, api = steered["www.example.com."], steered["api.example.com."]
    assert (www.ttl.minimum, www.ttl.maximum, www.runbook, www.owner) == (10, 300, "https://wiki", "me")
    assert (api.ttl.minimum, api.ttl.maximum, api.owner) == (60, 60, "")


@pytest.mark.parametrize(
    ("steer", "message"),
    [
        (
            "§www.example.com.: web",
            "www.example.com.: steered names are relative to their zone | write www, *.shop, or @ for the zone itself",
        ),
        ("§a*b: web", "a*b has its * inside | write *.shop: the first label as a whole"),
        ("§w.*: web", "w.* has its * inside | write *.shop: the first label as a whole"),
        ("§a..b: web", "a..b is no name: a dns label is empty"),
        ("www: {failover: [web], §runbok: x}", "unknown key runbok | did you mean runbook?"),
        ("www: {failover: [web], ttl: {min: §5m, max: 10s}}", "min is above max"),
        ("www: {failover: [web], ttl: §30}", "ttl: 30 has no unit | write 30s"),
        ("www: §[web]", "www: this form is not known here"),
        ("www:§", "www: nothing is written here"),
        (
            "www: {alias: §www.example.org.}",
            "www.example.org. is in none of our zones | did you mean www.example.com.?",
        ),
    ],
)
def test_a_steered_name_written_wrong_is_told_where_and_what_to_write(steer, message):
    expect(WEB + zone(steer), message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("example.com: {§dnssec: {}}", "dnssec: not supported by this version"),
        ("example.com: {§transfer: {}}", "transfer: not supported by this version"),
        ("example.com: {§recrods: x}", "unknown key recrods | did you mean records?"),
        ("§a..b: {}", "a..b is no name: a dns label is empty"),
        ("example.com: {steer: §[]}", "steer: a map of names is expected here | write www: {failover: [...]}"),
        ("example.com: §x", "example.com: a map is expected here | write key: value"),
        (
            "example.com: {records: '§a\n\n    b'}",
            "records: records of more than one line follow a | | write records: | and indent them below",
        ),
        ("example.com: {}, §EXAMPLE.com.: {}", "example.com. is defined twice | first at gslb.yaml:2:9"),
    ],
)
def test_a_zone_written_wrong_is_told_where_and_what_to_write(line, message):
    expect(f"gslb: 1\nzones: {{{line}}}\n", message)


def test_two_zones_cannot_steer_one_name():
    text = WEB + "zones:\n  example.com: {steer: {www.gslb: web}}\n  gslb.example.com: {steer: {§www: web}}\n"

    expect(text, "www.gslb.example.com. is steered twice | first at gslb.yaml:9:25")


def test_a_zone_that_cannot_be_read_does_not_hide_what_its_names_get_wrong():
    expect(
        WEB + "zones:\n  example.com: {file: §[a], steer: {www: §wbe}}\n",
        "file: one word is expected here, no list or map",
        "unknown pool or policy wbe | did you mean web?",
    )
