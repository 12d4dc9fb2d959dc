"""What strangers and applications post: taken as agreed, refused with the reason, never half."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.control import Allowance, MeasurementError, StrangerError, mac_of, posted
from gslb.control.measurements import KEYS, MOST, MOST_BY_PASS
from gslb.geo import SampleSource

TOKEN, WALL, REGIONS = b"token-of-the-shop-0123456789", 1_000_000.0, {"eu-west", "us-east"}
ONE = {"region": "eu-west", "ms": 18.2}


def read(body, bearer=TOKEN, connection="198.51.100.9"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return posted(data, bearer, TOKEN, connection, REGIONS, WALL)


def a_pass(client="203.0.113.7", until=int(WALL) + 60, **other) -> dict:
    return {"client": client, "until": until, "mac": mac_of(TOKEN, client, until)} | other


@pytest.mark.parametrize(
    ("body", "prefix"),
    [
        ({"samples": [ONE]}, "198.51.100.0/24"),
        ({"client": "203.0.113.7", "samples": [ONE]}, "203.0.113.0/24"),
        ({"client": "203.0.113.7", "samples": [ONE | {"client": "2001:db8::/56"}]}, "2001:db8::/56"),
    ],
    ids=["the connection's", "one for all", "its own"],
)
def test_the_token_speaks_of_any_client(body, prefix):
    [found] = read(body).samples

    assert (found.region, str(found.prefix), found.milliseconds) == ("eu-west", prefix, 18.2)
    assert (found.source, found.at, found.weight) == (SampleSource.APPLICATION, WALL, 1.0)


def test_the_token_may_say_how_old_and_of_how_many():
    [found] = read({"samples": [ONE | {"age": 60, "count": 12}]}).samples

    assert (found.at, found.weight) == (WALL - 60, 12.0)


def test_a_pass_speaks_of_its_own_client():
    found = read({"pass": a_pass(), "samples": [ONE]}, bearer=None)

    assert found.client == "203.0.113.7"
    assert [str(one.prefix) for one in found.samples] == ["203.0.113.0/24"]


@pytest.mark.parametrize(
    ("bearer", "body"),
    [
        (b"guess", {"samples": [ONE]}),
        (b"", {"samples": [ONE]}),
        (None, {"samples": [ONE]}),
        (None, b"\xff"),
        (None, b"[" * 100_000),
        (None, {"pass": a_pass(until=int(WALL)), "samples": [ONE]}),
        (None, {"pass": a_pass(mac="00"), "samples": [ONE]}),
        (None, {"pass": a_pass(mac="é" * 64), "samples": [ONE]}),
        (None, {"pass": a_pass() | {"client": "192.0.2.1"}, "samples": [ONE]}),
        (None, {"pass": a_pass() | {"until": int(WALL) + 61}, "samples": [ONE]}),
        (None, {"pass": a_pass() | {"until": "soon"}, "samples": [ONE]}),
        (None, {"pass": TOKEN.decode(), "samples": [ONE]}),
    ],
)
def test_strangers_are_turned_away(bearer, body):
    with pytest.raises(StrangerError):
        read(body, bearer)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "object of JSON"),
        ([], "object of JSON"),
        ({}, "samples has to be a list"),
        ({"samples": []}, "list of 1 to"),
        ({"samples": [ONE] * (MOST + 1)}, f"list of 1 to {MOST}"),
        ({"samples": ["x"]}, "a sample is"),
        ({"samples": [{"ms": 5}]}, "unknown region 'None'; there are eu-west, us-east"),
        ({"samples": [ONE | {"region": "x" * 999}]}, "unknown region"),
        ({"samples": [ONE | {"ms": "fast"}]}, "milliseconds has to be a number"),
        ({"samples": [ONE | {"ms": 1e9}]}, "no round trip"),
        ({"samples": [ONE | {"client": 5}]}, "client has to be a text"),
        ({"samples": [ONE | {"client": "10.0.0.0/8"}]}, "write a /20 or longer"),
        ({"samples": [ONE | {"age": -1}]}, "age has to be"),
        ({"samples": [ONE | {"age": 1e9}]}, "age has to be"),
        ({"samples": [ONE | {"count": 0}]}, "count has to be"),
        ({"samples": [ONE, ONE | {"ms": None}]}, "milliseconds"),
    ],
)
def test_what_is_not_agreed_is_refused_with_its_reason(body, reason):
    with pytest.raises(MeasurementError, match=reason):
        read(body)


@pytest.mark.parametrize("more", [{"client": "192.0.2.1"}, {"age": 5}, {"count": 100}])
def test_a_pass_says_nothing_but_regions_and_times(more):
    with pytest.raises(MeasurementError, match="its own client only"):
        read({"pass": a_pass(), "samples": [ONE | more]}, bearer=None)


def test_a_pass_says_little_at_once():
    with pytest.raises(MeasurementError, match=f"list of 1 to {MOST_BY_PASS}"):
        read({"pass": a_pass(), "samples": [ONE] * (MOST_BY_PASS + 1)}, bearer=None)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["region", "ms", "client", "age", "count", "samples", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps({"samples": [value], "client": value}).encode()))
def test_whatever_is_posted_is_taken_or_refused(body: bytes):
    for bearer in (TOKEN, None):
        try:
            read(body, bearer)
        except (MeasurementError, StrangerError):
            continue


def test_who_may_do_so_much_a_second_may_save_up_a_burst():
    allowance = Allowance(rate=2.0, burst=10.0)

    assert allowance.take("a", 10, 0.0)
    assert not allowance.take("a", 1, 0.0)
    assert allowance.take("b", 10, 0.0)
    assert allowance.take("a", 2, 1.0)
    assert not allowance.take("a", 1, 1.0)
    assert allowance.take("a", 10, 1_000.0)


def test_allowances_take_bounded_memory():
    allowance = Allowance(rate=1.0, burst=1.0)
    for number in range(KEYS + 100):
        allowance.take(str(number), 1, 0.0)

    assert len(allowance._left) == KEYS
