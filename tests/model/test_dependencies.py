"""What monitors depend on: which checks explain which, and what is refused."""

import pytest

from gslb.model import Check, Dependencies, checks
from kit.language import expect, model

TEXT = """\
gslb: 1
regions: {eu: {}, us: {}}
monitors:
  alive: {push: "file:t", every: 10s}
  ping: {probe: "tcp://:1", depends_on: alive}
  ready: {probe: "tcp://:80", depends_on: ping}
pools:
  gateways: {monitor: ping, endpoints: {eu/1: 192.0.2.1, eu/2: 192.0.2.2, us: 192.0.2.3}}
  web:
    monitor: ready
    endpoints: {eu: {address: 192.0.2.11, monitor: WORDS}, us: [192.0.2.12, "2001:db8::12"]}
zones:
  example.com:
    records: "@ 1h NS ns1\nns1 1h A 192.0.2.53"
    steer: {www: {failover: [web/eu, web/us]}}
"""


def test_what_stands_behind_something_is_explained_by_all_of_it_in_its_region():
    found = Dependencies(model(TEXT.replace("WORDS", "[]")))

    assert found.of(Check("ready", "web/eu", "192.0.2.11")) == (
        (Check("ping", "gateways/eu/1", "192.0.2.1"), Check("ping", "gateways/eu/2", "192.0.2.2")),
    )
    assert found.of(Check("ready", "web/us", "2001:db8::12")) == ((Check("ping", "gateways/us", "192.0.2.3"),),)
    assert found.of(Check("ping", "gateways/us", "192.0.2.3")) == ((Check("alive"),),)
    assert found.of(Check("alive")) == ()


def test_what_hangs_on_the_endpoint_itself_is_nearer():
    found = Dependencies(model(TEXT.replace("WORDS", "ping")))

    assert found.of(Check("ready", "web/eu", "192.0.2.11")) == ((Check("ping", "web/eu", "192.0.2.11"),),)


def test_what_is_cut_off_does_not_hang_there():
    found = Dependencies(model(TEXT.replace("WORDS", "[ping, none, ready]")))

    assert len(found.of(Check("ready", "web/eu", "192.0.2.11"))[0]) == 2


def test_what_explains_is_watched_though_no_name_is_steered_by_it():
    asked = checks(model(TEXT.replace("WORDS", "[]")))

    assert {check.monitor for check in asked} == {"ready", "ping", "alive"}
    assert Check("ping", "gateways/us", "192.0.2.3") in asked


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("a: {probe: 'tcp://:1', depends_on: §b}", "unknown monitor b"),
        ("a: {push: 'file:t', every: 1s, depends_on: §a}", "a depends on itself"),
        (
            "{a: {push: 'file:t', every: 1s, depends_on: §b}, b: {push: 'file:u', every: 1s, depends_on: §a}}",
            "a depends on itself",
        ),
        ("{a: {push: 'file:t', every: 1s, depends_on: §b}, b: {all: [a]}}", "a depends on itself"),
        (
            "{a: {push: 'file:t', every: 1s, depends_on: §b}, b: 'tcp://:1'}",
            "b is asked of no endpoint | hang it on an endpoint: pools: {gateways: {monitor: …, endpoints: {…}}}",
        ),
    ],
)
def test_what_cannot_be_is_refused(written, fault):
    messages = [fault, fault.replace("a depends", "b depends")][: written.count("§")]
    written = written if written.startswith("{") else f"{{{written}}}"
    expect(f"gslb: 1\nmonitors: {written}\n", *messages)
