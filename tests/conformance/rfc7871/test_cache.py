"""RFC 7871, section 7.3: through a cache that keeps to it, no client ever gets another client's answer."""

import random
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import pytest

from kit.answers import ask, believing, data, ecs, opt, scope
from kit.subnet_cache import Network, SubnetCache
from kit.worlds import large

NAMES = [
    "www",
    "geo",
    "near",
    "net",
    "sticky",
    "stuck",
    "alias",
    "x.wildalias",
    "a.shop",
    "rollout.shop",
    "failover",
    "four",
]
HASHED = {"geo", "sticky"}
QUERIES = 1_500
STATES = [(), ("web/eu-west",), ("web/us-east", "web/ap-south"), ("web/eu-west", "web/us-east", "web/ap-south")]
V4 = [
    "127.1.5.0",
    "127.2.0.0",
    "127.3.77.0",
    "127.4.0.0",
    "198.51.100.0",
    "198.51.101.0",
    "203.0.113.128",
    "203.0.112.0",
]
V4 += ["81.2.69.0", "81.2.70.0", "8.8.8.0", "1.1.1.0", "5.6.7.0", "192.0.2.0", "224.0.0.0"]
V6 = [
    "2001:db8:1::",
    "2001:db8:1:ff00::",
    "2001:db8:2::",
    "2001:db8:f::",
    "2001:db8:e::",
    "2a00:1450::",
    "2600::",
    "::1",
]


def near(rng: random.Random) -> tuple[int, int]:
    """An address beside one of those above, or anywhere; and its family's width."""
    if rng.random() < 0.7:
        address = ip_address(rng.choice(V4 if rng.random() < 0.6 else V6))
        width = address.max_prefixlen
        return int(address) ^ rng.getrandbits(rng.choice([0, width // 8, width // 4, width // 2])), width
    width = rng.choice([32, 128])
    return rng.getrandbits(width), width


def prefix(rng: random.Random, lengths: dict[int, list[int]]) -> Network:
    number, width = near(rng)
    length = rng.choice(lengths[width])
    kind = ip_address(number).__class__ if width == 32 else ip_address("::").__class__
    return ip_network((kind(number >> (width - length) << (width - length)), length))


USUAL = {32: [24] * 8 + [32, 28, 0], 128: [56] * 8 + [64, 128, 0]}
ANY = {32: [*range(33)], 128: [*range(129)]}


def questions(names: list[str], lengths: dict[int, list[int]], seed: str) -> Iterator[tuple[tuple[str, str], Network]]:
    rng = random.Random(seed)
    for _ in range(QUERIES):
        yield (rng.choice(names), rng.choice(["A", "A", "AAAA"])), prefix(rng, lengths)


def run(view, asked, *, scoped=scope) -> tuple[int, list[str]]:
    """Ask through a cache; how many were answered from it, and every answer that was another client's."""
    cache, hits, wrong = SubnetCache(), 0, []
    for (name, kind), client in asked:
        reply = ask(view, f"{name}.example.com", kind, opt(ecs(str(client))))
        now = tuple(data(reply.rr))
        kept = cache.find((name, kind), client)
        if kept is None:
            cache.keep((name, kind), client, scoped(reply), now)
            continue
        hits += 1
        if kept != now:
            wrong.append(f"{name} {kind} for {client}: {kept} from the cache, {now} now")
    return hits, wrong


@pytest.mark.parametrize("down", STATES, ids=lambda down: "+".join(down) or "none down")
def test_a_resolver_that_sends_what_resolvers_send_never_mixes_clients(down):
    """Section 11.1: /24 and /56, now and then more, or nothing; every kind of name."""
    hits, wrong = run(believing(large(), *down), questions(NAMES, USUAL, f"usual {down}"))

    assert wrong == []
    assert hits > QUERIES / 4


@pytest.mark.parametrize("down", STATES, ids=lambda down: "+".join(down) or "none down")
def test_nor_does_one_that_sends_any_length(down):
    """Section 7.1.1 leaves the length to the resolver. Names that hash the prefix are asked in one; see above."""
    names = [name for name in NAMES if name not in HASHED]
    hits, wrong = run(believing(large(), *down), questions(names, ANY, f"any {down}"))

    assert wrong == []
    assert hits > QUERIES / 4


@pytest.mark.parametrize(
    "scoped",
    [
        pytest.param(lambda reply: 0, id="all"),
        pytest.param(lambda reply: max(0, (scope(reply) or 0) - 1), id="twice as many"),
    ],
)
def test_a_scope_that_is_too_wide_would_be_noticed(scoped):
    """The model is strict enough to fail: one bit less, and clients get each other's answers."""
    assert run(believing(large()), questions(NAMES, USUAL, "wide"), scoped=scoped)[1]
