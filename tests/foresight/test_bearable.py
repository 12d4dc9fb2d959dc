"""What would be is judged in words that name who suffers, and why."""

import pytest

from gslb.foresight import Hypothesis, carriers, last_off, quantity, troubles, unlimited, what_if
from gslb.foresight.bearable import fence_name
from gslb.nameserver import View
from kit.demanding import stream
from kit.worlds import all_up, world

SITE = """\
gslb: 1
listen: 127.0.0.1:5300
regions:
  eu-west: {at: FRA, capacity: 20k/s}
  eu-north: {at: ARN, capacity: 6k/s}
  us-east: {at: IAD}
monitors:
  ready: {probe: "http://www.example.com/ready", interval: 4s, timeout: 2s, confirm_interval: 1s, fall: 2, rise: 2}
pools:
  web: {monitor: ready, endpoints: {eu-west: 192.0.2.1, eu-north: 192.0.2.2, us-east: 192.0.2.3}}
  blind: {endpoints: {eu-west: 192.0.2.21, us-east: 192.0.2.23}}
  sorry: {endpoints: {us-east: 192.0.2.99}}
policies:
  in-eu: {latency: web, in: [eu-west, eu-north], fence: true}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {ttl: 30s, geo: {eu: in-eu, default: {latency: web}}}
      blind: {ttl: 30s, failover: [blind/eu-west, blind/us-east]}
      only: {ttl: 30s, failover: [web/eu-west]}
      last: {ttl: 30s, failover: [web/eu-west], on_all_down: {fallback: sorry}}
"""


@pytest.fixture(scope="module")
def view():
    of = world(SITE)
    return View(of, all_up(of))


def told(view, name, clients, rate, **words):
    return troubles(what_if(view, [stream(name, clients, rate)], Hypothesis(**words)))


def test_a_fence_is_blamed_for_what_it_overloads(view):
    assert told(view, "www", "DE", 13_100.0, drain=("eu-west",)) == (
        "eu clients are fenced: eu-north would carry 13.1k/s of 6k/s capacity",
    )


def test_who_gets_no_answer_comes_first(view):
    assert told(view, "www", "DE", 1.0, off=("eu-west", "eu-north")) == ("www.example.com: 1/s would get no answer",)


def test_a_death_without_a_monitor_is_told(view):
    assert told(view, "blind", "*", 2.0, down=("eu-west",)) == (
        "blind.example.com: 2/s would still be sent there: no monitor would take it away",
    )


def test_the_last_one_is_drained_for_nothing(view):
    assert told(view, "only", "*", 2.0, drain=("eu-west",)) == (
        "only.example.com: 2/s would still be sent there: nothing else is left",
    )


def test_a_fallback_is_told(view):
    assert told(view, "last", "*", 2.0, down=("eu-west",)) == (
        "last.example.com: 2/s would be answered by a last resort: the fallback",
    )


def test_what_was_overloaded_before_is_told_apart(view):
    assert told(view, "www", "SE", 7_000.0, drain=("us-east",)) == ("eu-north carries 7k/s of 6k/s capacity already",)


def test_what_can_be_borne_names_who_bears_it(view):
    found = what_if(view, [stream("www", "DE", 4_200.0), stream("blind", "*", 1.0)], Hypothesis(drain=("eu-west",)))

    assert troubles(found) == ()
    assert carriers(found) == "eu-north 4.2k/s of 6k/s, us-east 1/s"
    assert unlimited(found) == ("us-east",)
    assert last_off(found) == pytest.approx(30.5)


def test_nobody_is_off_last_where_nobody_was(view):
    found = what_if(view, [stream("www", "US", 1.0)], Hypothesis(drain=("eu-west",)))

    assert (carriers(found), last_off(found)) == ("", None)


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0.0, "0/s"),
        (0.4567, "0.457/s"),
        (99.94, "99.9/s"),
        (99.97, "100/s"),
        (999.4, "999/s"),
        (999.9, "1k/s"),
        (13_100.0, "13.1k/s"),
        (6_000.0, "6k/s"),
        (2.5e6, "2.5M/s"),
        (1e9, "1G/s"),
    ],
)
def test_rates_have_three_digits(rate, text):
    assert quantity(rate) == text


def test_a_fence_is_called_as_it_was_written():
    assert fence_name("www.example.com./eu") == "eu"
