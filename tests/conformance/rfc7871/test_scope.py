"""RFC 7871, section 7.2.1: for whom an answer holds. The rules beyond the RFC are the product's own."""

import pytest

from kit.answers import ask, believing, data, ecs, lines, opt, scope
from kit.worlds import large, world

VIEW = believing(large())
HEAD = "gslb: 1\nlisten: 127.0.0.1:5300\n"
ZONE = """\
zones:
  example.com:
    records: |
      @ 60 NS ns1
      ns1 60 A 192.0.2.53
      alias 60 CNAME www
    steer:
"""


def small(body: str, steer: str) -> object:
    return believing(world(HEAD + body + ZONE + "".join(f"      {line}\n" for line in steer.splitlines())))


def of(view, name: str, subnet: str, kind: str = "A") -> tuple[list[str], int | None]:
    reply = ask(view, f"{name}.example.com", kind, opt(ecs(subnet)))
    return data(reply.rr), scope(reply)


@pytest.mark.parametrize("name", ["mail", "none", "ent", "sub", "far", "x.wild", "q.d", "svc"])
def test_what_does_not_depend_on_the_client_holds_for_all(name):
    """Scope 0 for static data, negative answers and referrals (section 7.4)."""
    assert of(VIEW, name, "127.1.5.0/24")[1] == 0
    assert of(VIEW, name, "2001:db8:1::/56")[1] == 0


@pytest.mark.parametrize("name", ["failover", "weighted", "all", "pool", "name", "text", "four"])
def test_a_policy_that_does_not_look_at_the_client_holds_for_all(name):
    """Scope 0, however many answers it has."""
    assert of(VIEW, name, "127.1.5.0/24", "A")[1] == 0


def test_a_policy_with_one_answer_left_holds_for_all():
    """Scope 0: IPv4 and IPv6 are judged apart."""
    view = small(
        "regions: {eu: {at: FRA}, us: {at: IAD}}\n"
        'pools: {web: {endpoints: {eu: [192.0.2.1, "2001:db8::1"], us: 192.0.2.2}}}\n',
        "www: {ttl: 30s, latency: web}",
    )

    assert of(view, "www", "81.2.69.0/24", "AAAA") == (["2001:db8::1"], 0)
    assert of(view, "www", "81.2.69.0/24", "A")[1] > 0


def test_with_locate_resolver_the_scope_is_0_and_the_sender_decides():
    """The subnet is echoed and plays no part."""
    view = small(
        "networks: {office: [198.51.100.0/24]}\npools: {web: {endpoints: {a: 192.0.2.1, b: 192.0.2.2}}}\n",
        "www: {ttl: 30s, locate: resolver, network: {office: web/b, default: web/a}}",
    )
    edns = opt(ecs("198.51.100.0/24"))

    for sender, expected in (("198.51.100.7", "192.0.2.2"), ("203.0.113.7", "192.0.2.1")):
        reply = ask(view, "www.example.com", edns=edns, sender=sender)
        assert (data(reply.rr), scope(reply)) == ([expected], 0)
    assert of(VIEW, "stuck", "127.1.5.0/24")[1] == 0


def test_the_scope_is_the_widest_prefix_of_one_class():
    """The overlay gives all of 127.1.0.0/16 to Germany: one answer for it, and not for 127.0 or 127.2."""
    for subnet in ("127.1.0.0/16", "127.1.5.0/24", "127.1.255.0/24", "127.1.64.0/18"):
        assert of(VIEW, "www", subnet) == (["192.0.2.1"], 16)
    assert of(VIEW, "www", "2001:db8:1:200::/56")[1] == 48


def test_the_scope_does_not_depend_on_health():
    """Whatever is up at the moment: an answer that a flip changes must not have been kept for others."""
    for down in ((), ("web/eu-west",), ("web/us-east", "web/ap-south"), ("web/eu-west", "web/us-east", "web/ap-south")):
        assert of(believing(large(), *down), "www", "127.1.5.0/24")[1] == 16


@pytest.mark.parametrize(
    ("subnet", "expected"),
    [
        ("198.51.100.0/24", ("192.0.2.1", 24)),
        ("198.51.100.0/32", ("192.0.2.1", 24)),
        ("198.51.101.0/24", ("192.0.2.2", 24)),
        ("203.0.113.0/24", ("192.0.2.3", 24)),
        ("2001:db8:f::/48", ("192.0.2.1", 48)),
        ("2001:db8:f:100::/64", ("192.0.2.1", 48)),
        ("2001:db8:e::/48", ("192.0.2.2", 48)),
    ],
)
def test_a_network_is_scoped_by_its_own_length(subnet, expected):
    """Overlaps are taken apart, so that no scope holds another (section 7.2.1)."""
    answer, width = of(VIEW, "net", subnet)

    assert (answer, width) == ([expected[0]], expected[1])


def test_a_cidr_longer_than_the_source_does_not_match():
    """203.0.113.128/25 is in `office`; a /24 is cut before it, the sender's whole address is not."""
    assert of(VIEW, "net", "203.0.113.128/25") == (["192.0.2.3"], 24)
    assert of(VIEW, "net", "203.0.113.200/32") == (["192.0.2.3"], 24)
    assert data(ask(VIEW, "net.example.com", sender="203.0.113.200").rr) == ["192.0.2.1"]
    assert data(ask(VIEW, "net.example.com", sender="203.0.113.100").rr) == ["192.0.2.3"]


def test_a_source_too_short_to_tell_says_so():
    """A scope longer than the source: ask again with more (section 7.2.1)."""
    answer, width = of(VIEW, "net", "198.51.96.0/20")

    assert answer == ["192.0.2.2"]
    assert width == 22


@pytest.mark.parametrize(
    ("long", "cut"),
    [
        ("81.2.69.142/32", "81.2.69.0/24"),
        ("81.2.69.128/25", "81.2.69.0/24"),
        ("2001:db8:1:2ff::/64", "2001:db8:1:200::/56"),
    ],
)
@pytest.mark.parametrize("name", ["www", "geo", "near", "net", "sticky"])
def test_longer_sources_are_cut(name, long, cut):
    """To /24 and /56: answer and scope are those of the shorter prefix."""
    assert of(VIEW, name, long) == of(VIEW, name, cut)


@pytest.mark.parametrize(
    ("subnet", "expected"),
    [
        ("81.2.69.0/24", 24),
        ("81.2.64.0/20", 20),
        ("81.2.69.142/32", 24),
        ("2001:db8::/40", 40),
        ("2001:db8::/64", 56),
        ("2001:db8::1/128", 56),
    ],
)
def test_an_answer_hashed_from_the_prefix_holds_for_that_prefix(subnet, expected):
    """Sticky and `by: client`: scope = source, capped."""
    assert of(VIEW, "sticky", subnet)[1] == expected


def test_by_class_and_by_prefix_the_longer_counts():
    """geo, then a rollout by client: the default's clients are divided by prefix."""
    assert of(VIEW, "geo", "127.3.5.0/24")[1] == 24
    assert of(VIEW, "geo", "127.3.0.0/16")[1] == 16
    assert of(VIEW, "geo", "126.0.0.0/8")[1] > 8


def test_a_family_of_one_class_is_not_scoped_for_the_other():
    """Scope 0 is kept for both families by some resolvers: an IPv6 client's answer is not for the office's IPv4."""
    view = small(
        "networks: {office: [198.51.100.0/24]}\npools: {web: {endpoints: {a: 192.0.2.1, b: 192.0.2.2}}}\n",
        "www: {ttl: 30s, network: {office: web/b, default: web/a}}",
    )

    assert of(view, "www", "2001:db8::/56") == (["192.0.2.1"], 1)
    assert of(view, "www", "198.51.100.0/24") == (["192.0.2.2"], 24)
    assert of(view, "www", "200.0.0.0/8") == (["192.0.2.1"], 5)


def test_tables_that_tell_no_clients_apart_give_scope_0():
    """The country database knows no subdivision, so every client is alike, and the answer is for all."""
    view = small(
        "pools: {web: {endpoints: {a: 192.0.2.1, b: 192.0.2.2}}}\n",
        "www: {ttl: 30s, geo: {US-CA: web/b, default: web/a}}",
    )

    assert of(view, "www", "81.2.69.0/24")[1] == 0


def test_through_an_alias_the_scope_is_the_targets():
    """A chain in one reply is cached as a whole: by the longest scope in it."""
    reply = ask(VIEW, "alias.example.com", edns=opt(ecs("127.2.5.0/24")))

    assert lines(reply.rr)[1:] == ["www.example.com. 30 A 192.0.2.2"]
    assert scope(reply) == 16
    assert of(VIEW, "x.wildalias", "127.2.5.0/24")[1] == 16


def test_a_negative_answer_holds_for_all():
    """Section 7.4: resolvers keep negative answers for everybody, so that is what they are told."""
    view = small(
        "networks: {office: [198.51.100.0/24]}\n"
        'pools: {web: {endpoints: {a: [192.0.2.1, "2001:db8::1"], b: 192.0.2.2}}}\n',
        "www: {ttl: 30s, network: {office: {failover: [web/b], fence: true}, default: web/a}}",
    )

    assert of(view, "www", "198.51.100.0/24", "AAAA") == ([], 0)
    assert of(view, "www", "203.0.113.0/24", "AAAA")[0] == ["2001:db8::1"]
