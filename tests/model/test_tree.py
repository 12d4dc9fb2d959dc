"""Trees: what stands below a node, and every leaf once."""

from ipaddress import IPv4Address

from gslb.model import Alias, Check, Common, Endpoint, Family, Leaf, Rdata, children, leaves, walk
from gslb.model.tree import Failover
from kit.language import WEB, model, zone

LEAF = Leaf("p/e", Endpoint("p/e", "p", v4=IPv4Address("192.0.2.1")), ("ready",), ("beat",))


def test_leaves_and_static_aliases_have_nothing_below():
    assert children(LEAF) == children(Rdata(Common("x"), "TXT", ("a",))) == children(Alias(Common("x"), "a.")) == ()


def test_an_alias_stands_above_the_tree_it_stands_for():
    assert children(Alias(Common("x"), "a.", LEAF)) == (LEAF,)


def test_every_kind_of_node_tells_its_children_in_the_order_written():
    nodes = [
        *("simple: [web, other]", "weighted: {web: 1, other: 2}", "failover: [web, other]", "multivalue: [web, other]"),
        *("geo: {DE: web, default: other}", "network: {AS1: web, default: other}", "sticky: {web: 1, other: 1}"),
        *("latency: web", "geoproximity: web"),
    ]
    found = model(WEB + zone(*(f"n{number}: {{{text}}}" for number, text in enumerate(nodes))))

    for tree in found.trees.values():
        assert children(tree)
        assert next(walk(tree)) is tree
        assert [leaf.path for leaf in leaves(tree)][:2] == ["web/eu-west", "web/us-east"]


def test_a_leaf_is_told_once_for_each_way_it_is_judged():
    otherwise = Leaf("p/e", LEAF.endpoint, ("other",))

    assert leaves(Failover(Common("x"), (LEAF, otherwise, LEAF))) == (LEAF, otherwise)


def test_checks_are_of_the_address_and_then_of_what_has_no_target():
    assert LEAF.checks(Family.V4) == (Check("ready", "p/e", "192.0.2.1"), Check("beat"))
    assert LEAF.checks(Family.V6) == ()
