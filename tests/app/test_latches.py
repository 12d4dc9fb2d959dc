"""Names that stay with a second choice are told by the name they are steered under, and until when they stay."""

import pytest

from gslb.app.latches import Latched, latches
from gslb.control import root
from gslb.model import Model
from gslb.policy import Latch, Memory
from kit.worlds import world

TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu: {at: FRA}, us: {at: IAD}}
monitors: {ready: {probe: "http://www.example.com/"}}
pools: {web: {monitor: ready, endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      manual: {ttl: 30s, failover: [web/eu, web/us], failback: manual}
      soon: {ttl: 30s, failover: [web/eu, web/us], failback: {after: 5m}}
      near: {ttl: 30s, latency: web}
      plain: {ttl: 30s, weighted: {web/eu: 1, web/us: 1}}
"""
MANUAL, SOON, NEAR = (f"{name}.example.com." for name in ("manual", "soon", "near"))


@pytest.fixture(scope="module")
def model() -> Model:
    return world(TEXT).model


def remembered(model: Model, *standing: tuple[str, str, Latch]) -> Memory:
    """(name, rest of the key, latch) as memory."""
    return Memory({f"{root(model.trees[name])}|{rest}": latch for name, rest, latch in standing})


def test_nothing_is_told_where_nothing_stands(model):
    assert latches(model, Memory()) == []


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        ([(MANUAL, "ipv4", Latch("web/us"))], [Latched(MANUAL, "", "web/us", "failover", None)]),
        (
            [(MANUAL, "ipv4", Latch("web/us", (("web/eu", 100.0),)))],
            [Latched(MANUAL, "", "web/us", "failover", None)],
        ),
        ([(SOON, "ipv4", Latch("web/us"))], [Latched(SOON, "", "web/us", "failover", 300.0)]),
        (
            [(SOON, "ipv4", Latch("web/us", (("web/eu", 100.0),)))],
            [Latched(SOON, "", "web/us", "failover", 300.0, returns=400.0)],
        ),
        (
            [
                (SOON, "ipv4", Latch("web/us", (("web/eu", 150.0),))),
                (SOON, "ipv6", Latch("web/us", (("web/eu", 100.0),))),
            ],
            [Latched(SOON, "", "web/us", "failover", 300.0, returns=400.0)],
        ),
    ],
    ids=[
        "only an operator",
        "healthy, only an operator",
        "nothing better",
        "after a time",
        "the first of two",
    ],
)
def test_a_latch_tells_what_lets_it_go_and_when(model, standing, told):
    assert latches(model, remembered(model, *standing)) == told


def test_a_latency_node_tells_its_own_time_to_switch(model):
    (told,) = latches(model, remembered(model, (NEAR, "ipv4|a class", Latch("us", (("eu", 100.0),)))))
    after = model.trees[NEAR].switch_after

    assert told == Latched(NEAR, "", "us", "latency", after, 100.0 + after)


def test_children_that_different_clients_stay_with_are_told_one_by_one(model):
    told = latches(model, remembered(model, (NEAR, "ipv4|a", Latch("us")), (NEAR, "ipv4|b", Latch("eu"))))

    assert [(one.name, one.child) for one in told] == [(NEAR, "us"), (NEAR, "eu")]


def test_names_come_in_the_order_of_the_configuration(model):
    told = latches(model, remembered(model, (SOON, "ipv4", Latch("x")), (MANUAL, "ipv4", Latch("x"))))

    assert [one.name for one in told] == [MANUAL, SOON]


def test_what_is_remembered_of_a_node_that_is_no_more_is_not_told(model):
    assert latches(model, Memory({"gone.example.com|ipv4": Latch("web/us")})) == []
