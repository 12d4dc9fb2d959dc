"""Choosing, seen from the wire: shares, order, stickiness, fences, operators' words, last resorts."""

import random
from collections import Counter
from dataclasses import replace
from functools import cache
from ipaddress import ip_address

import dns.name
import pytest
from dnslib import RCODE

from gslb.geo import NOWHERE
from gslb.health import Override, Standing
from gslb.image import pick
from gslb.nameserver import View, plan
from gslb.nameserver.respond import bucket
from kit.answers import ask, believing, data, ecs, opt, scope
from kit.worlds import WALL, all_up, world

FIVE = ["web/a", "web/b", "web/c", "web/d", "web/e"]
TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
clients: {overlay: places.csv}
monitors:
  ready: {probe: "http://www.example.com/ready", interval: 5s, timeout: 2s}
pools:
  web:
    monitor: ready
    endpoints:
      a: [192.0.2.1, "2001:db8::1"]
      b: [192.0.2.2, "2001:db8::2"]
      c: [192.0.2.3, "2001:db8::3"]
      d: [192.0.2.4, "2001:db8::4"]
      e: [192.0.2.5, "2001:db8::5"]
  sorry: {endpoints: {a: [192.0.2.99, "2001:db8::99"]}}
zones:
  example.com:
    records: |
      @ 1h SOA ns1 hostmaster 1 7200 900 1209600 300
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      share: {ttl: 30s, weighted: {web/a: 1, web/b: 2, web/c: 7}}
      sided: {ttl: 30s, weighted: {web/a: 1, web/b: 2, web/c: 7}, by: client}
      sticky: {ttl: 30s, sticky: web}
      order: {ttl: 30s, failover: [web/a, web/b, web/c]}
      all: {ttl: 30s, multivalue: web}
      geo:
        ttl: 30s
        geo: {DE: {failover: [web/a], fence: true}, europe: web/b, default: web/c}
      open: {ttl: {min: 10s, max: 60s}, failover: [web/a, web/b]}
      fallback: {ttl: {min: 10s, max: 60s}, failover: [web/a, web/b], on_all_down: {fallback: sorry}}
      closed: {ttl: {min: 10s, max: 60s}, failover: [web/a, web/b], on_all_down: closed}
      closed-long: {ttl: {min: 20m, max: 1h}, failover: [web/a, web/b], on_all_down: closed}
"""


@cache
def built():
    return world(TEXT)


def view(*down: str, **words: Standing) -> View:
    """Everything up but `down`; `words` are an operator's: a="off" is about web/a."""
    belief = all_up(built(), frozenset(down))
    overrides = {
        f"web/{name}": Override(f"web/{name}", standing, "as the test says", "test", WALL - 1)
        for name, standing in words.items()
    }
    return View(built(), replace(belief, overrides=overrides))


def answers(of: View, name: str, kind: str = "A") -> list[str]:
    return data(ask(of, f"{name}.example.com", kind).rr)


def selector(of: View, name: str, kind: int = 1):
    """The stored plan of a name that does not look at places."""
    return plan(dns.name.from_text(f"{name}.example.com."), kind, of, lambda _: NOWHERE).selector


def last(body) -> int:
    """The last octet of a reply's only address: the endpoint's number."""
    assert body.answers == 1
    return body.wire[-1]


@pytest.mark.parametrize("down", [(), ("web/b",)])
def test_weights_are_shares_of_answers(down):
    """1:2:7 over 100,000 draws, each share within one percent of its due; among the healthy."""
    plan_, rng, draws = selector(view(*down), "share"), random.Random(127), 100_000
    counted = Counter(last(pick(plan_, 0, 0, rng.getrandbits(64))) for _ in range(draws))
    due = {1: 1, 2: 2, 3: 7} if not down else {1: 1, 3: 7}

    assert set(counted) == set(due)
    for endpoint, weight in due.items():
        assert abs(counted[endpoint] / draws - weight / sum(due.values())) < 0.01


def test_weights_by_client_are_shares_of_clients():
    """Each client keeps its side, whatever is drawn; the sides have their shares."""
    plan_, rng, clients = selector(view(), "sided"), random.Random(127), 20_000
    buckets = [bucket(ip_address(rng.getrandbits(32)), None) for _ in range(clients)]
    counted = Counter(last(pick(plan_, 0, each, rng.getrandbits(64))) for each in buckets)

    for endpoint, weight in {1: 1, 2: 2, 3: 7}.items():
        assert abs(counted[endpoint] / clients - weight / 10) < 0.01
    assert all(pick(plan_, 0, each, 0) == pick(plan_, 0, each, 2**64 - 1) for each in buckets[:100])


@pytest.mark.parametrize("lost", FIVE)
def test_losing_one_of_five_moves_only_its_own_clients(lost):
    """Sticky: of all 65,536 buckets, those of the lost endpoint move and no other; and they spread over the rest."""
    before, after = selector(view(), "sticky"), selector(view(lost), "sticky")
    was = [last(pick(before, 0, each, 0)) for each in range(65_536)]
    now = [last(pick(after, 0, each, 0)) for each in range(65_536)]
    number = FIVE.index(lost) + 1

    assert {old for old, new in zip(was, now, strict=True) if old != new} == {number}
    assert number not in now
    assert len({new for old, new in zip(was, now, strict=True) if old == number}) == 4
    assert min(Counter(was).values()) > 65_536 / 5 * 0.9


def test_sticky_clients_have_one_endpoint_in_both_families():
    """A and AAAA read one bucket, so a client that tries both meets the same endpoint."""
    for down in ((), ("web/c",)):
        four, six = selector(view(*down), "sticky", 1), selector(view(*down), "sticky", 28)
        assert all(last(pick(four, 0, each, 0)) == last(pick(six, 0, each, 0)) for each in range(0, 65_536, 7))


def test_a_sticky_client_is_its_prefix_on_the_wire():
    """All of a /24 together, whatever resolver or draw; and the sender counts as its own /24."""
    rng = random.Random(24)
    for _ in range(50):
        net = ip_address(rng.getrandbits(24) << 8)
        said = {
            tuple(data(ask(view(), "sticky.example.com", edns=edns, sender=sender, draw=rng.getrandbits(64)).rr))
            for edns, sender in (
                (opt(ecs(f"{net}/24")), "192.0.2.200"),
                (opt(ecs(f"{net + 77}/32")), "198.51.100.1"),
                (None, str(net + 9)),
            )
        }
        assert len(said) == 1


@pytest.mark.parametrize(
    ("down", "expected"),
    [
        ((), "192.0.2.1"),
        (("web/a",), "192.0.2.2"),
        (("web/b",), "192.0.2.1"),
        (("web/a", "web/b"), "192.0.2.3"),
        (("web/c",), "192.0.2.1"),
        (("web/a", "web/b", "web/c"), "192.0.2.1"),
    ],
)
def test_failover_answers_the_first_healthy_rung(down, expected):
    """In the order written; the first again where none is healthy."""
    assert answers(view(*down), "order") == [expected]


def test_multivalue_answers_what_is_healthy():
    """All of it, in any order; all of it too where nothing is."""
    assert sorted(answers(view("web/b", "web/d"), "all")) == ["192.0.2.1", "192.0.2.3", "192.0.2.5"]
    assert len(answers(view(*FIVE), "all")) == 5


@pytest.mark.parametrize(
    ("down", "inside", "beside"),
    [
        ((), "192.0.2.1", "192.0.2.2"),
        (("web/a",), "192.0.2.1", "192.0.2.2"),
        (("web/b",), "192.0.2.1", "192.0.2.3"),
        (("web/a", "web/b"), "192.0.2.1", "192.0.2.3"),
    ],
)
def test_clients_of_a_fence_are_answered_only_from_inside(down, inside, beside):
    """Germany is fenced: down or not, its clients stay in; the rest of Europe falls to the wider match."""
    of = view(*down)

    assert data(ask(of, "geo.example.com", edns=opt(ecs("127.1.5.0/24"))).rr) == [inside]
    assert data(ask(of, "geo.example.com", edns=opt(ecs("193.0.6.0/24"))).rr) == [beside]


def test_nothing_healthy_opens_by_default():
    """All are treated as up: the first rung, with an ordinary TTL's bounds."""
    reply = ask(view(*FIVE), "open.example.com")

    assert data(reply.rr) == ["192.0.2.1"]
    assert 10 <= reply.rr[0].ttl <= 60


def test_nothing_healthy_answers_the_fallback_where_one_is_named():
    """And only then."""
    assert answers(view("web/a"), "fallback") == ["192.0.2.2"]
    assert answers(view(*FIVE), "fallback") == ["192.0.2.99"]
    assert answers(view(*FIVE), "fallback", "AAAA") == ["2001:db8::99"]


@pytest.mark.parametrize(("name", "seconds"), [("closed", 10), ("closed-long", 300)])
def test_closed_is_nodata_with_a_short_soa_for_everybody(name, seconds):
    """Never SERVFAIL; TTL = min(the record's min, the zone's negative TTL); scope 0."""
    reply = ask(view(*FIVE), f"{name}.example.com", edns=opt(ecs("127.1.5.0/24")))

    assert (reply.header.rcode, reply.header.aa, reply.rr) == (RCODE.NOERROR, 1, [])
    assert [(rr.rtype, rr.ttl) for rr in reply.auth] == [(6, seconds)]
    assert scope(reply) == 0
    assert answers(view("web/a"), name) == ["192.0.2.2"]


@pytest.mark.parametrize(
    ("words", "down", "expected"),
    [
        ({"a": Standing.OFF}, (), "192.0.2.2"),
        ({"a": Standing.DRAIN}, (), "192.0.2.2"),
        ({"a": Standing.UP}, ("web/a",), "192.0.2.1"),
        ({"a": Standing.DRAIN}, ("web/b", "web/c"), "192.0.2.1"),
        ({"a": Standing.OFF}, FIVE, "192.0.2.2"),
        ({"a": Standing.OFF, "b": Standing.OFF}, FIVE, "192.0.2.3"),
    ],
)
def test_an_operators_word_beats_health(words, down, expected):
    """up, drain and off; drain answers only where nothing else is left, off never."""
    assert answers(view(*down, **words), "order") == [expected]


def test_all_off_is_nodata():
    """What is off is never answered, not even by a last resort."""
    reply = ask(view(a=Standing.OFF, b=Standing.OFF, c=Standing.OFF), "order.example.com")

    assert (reply.header.rcode, reply.rr, [rr.ttl for rr in reply.auth]) == (RCODE.NOERROR, [], [30])


def test_the_same_view_gives_the_same_answer():
    """A choice is a function of question, view, client and draw, and of nothing else."""
    for name in ("share", "sided", "sticky", "order", "all", "geo"):
        assert answers(view(), name) == answers(believing(built()), name)
