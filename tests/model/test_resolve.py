"""Policies to trees: references, regions, circles, aliases, paths."""

import pytest

from gslb.model import (
    Alias,
    Common,
    Failover,
    Geo,
    Geoproximity,
    Latency,
    Leaf,
    Multivalue,
    NetworkMatch,
    Rdata,
    Simple,
    Sticky,
    Weighted,
    leaves,
    policy_tree,
    walk,
)
from kit.language import WEB, expect, model, zone


def tree(line, policies="", more=()):
    text = WEB + (f"policies:\n{policies}" if policies else "") + zone(f"www: {line}", *more)
    return model(text).trees["www.example.com."]


def paths(found):
    return [leaf.path for leaf in leaves(found)]


def commons(found):
    return [node.common for node in walk(found) if not isinstance(node, Leaf)]


def test_a_pool_means_all_its_endpoints_and_a_part_of_it_those_of_a_region():
    found = model(
        "gslb: 1\nregions: {eu: {at: FRA}, us: {at: IAD}}\n"
        "pools: {api: {min_healthy: 2, endpoints: {eu/a: 192.0.2.1, eu/b: 192.0.2.2, us/a: 192.0.2.3}}}\n"
        "zones: {z: {steer: {all: api, eu: api/eu, us: api/us, one: api/eu/a}}}\n"
    ).trees

    assert [(paths(each), each.common.min_healthy) for each in found.values()] == [
        (["api/eu/a", "api/eu/b", "api/us/a"], 2),
        (["api/eu/a", "api/eu/b"], 2),
        (["api/us/a"], 1),
        (["api/eu/a"], 1),
    ]


def test_the_root_always_carries_what_a_node_carries():
    assert isinstance(tree("web/eu-west"), Simple)
    assert tree("web/eu-west").common.on_all_down is not None


@pytest.mark.parametrize(
    ("line", "kind", "children"),
    [
        ("{simple: [web, other]}", Simple, ["web/eu-west", "web/us-east", "other/eu-west"]),
        ("{multivalue: [web, other/eu-west]}", Multivalue, ["web/eu-west", "web/us-east", "other/eu-west"]),
    ],
)
def test_a_set_of_pools_is_their_endpoints(line, kind, children):
    found = tree(line)

    assert isinstance(found, kind)
    assert [child.path for child in found.children] == children


def test_multivalue_over_other_nodes_keeps_them_whole():
    found = tree("{multivalue: [near, {failover: [web]}]}", "  near: {failover: [other]}\n")

    assert [child.common.path for child in found.children] == ["www.example.com./near", "www.example.com./#2"]


def test_simple_is_of_endpoints_only():
    expect(
        WEB + "policies: {near: {failover: [web]}}\n" + zone("www: {§simple: [web, near]}"),
        "simple is of pools and endpoints, not of policies",
    )


def test_a_pool_shares_by_its_endpoints_own_weights():
    text = "gslb: 1\npools: {w: {endpoints: {a: {address: 192.0.2.1, weight: 3}, b: 192.0.2.2}}}\n"
    found = model(text + "zones: {z: {steer: {x: {weighted: w}, y: {sticky: w}, v: {sticky: {w: 5}}}}}\n").trees

    assert [(weight, child.path) for weight, child in found["x.z."].children] == [(3, "w/a"), (1, "w/b")]
    assert isinstance(found["y.z."], Sticky)
    assert [weight for weight, _ in found["y.z."].children] == [3, 1]
    ((weight, child),) = found["v.z."].children
    assert (weight, type(child)) == (5, Simple)


def test_latency_is_the_node_restricted_to_each_region_it_has_something_in():
    found = tree("{latency: rollout}", "  rollout: {weighted: {web: 95, other: 5}, by: client}\n")

    assert isinstance(found, Latency)
    assert [(region, type(child), paths(child)) for region, child in found.children] == [
        ("eu-west", Weighted, ["web/eu-west", "other/eu-west"]),
        ("us-east", Weighted, ["web/us-east"]),
    ]


def test_regions_can_be_limited():
    assert [region for region, _ in tree("{latency: web, in: us-east}").children] == ["us-east"]
    assert [region for region, _ in tree("{latency: web, in: [us-east, eu-west]}").children] == ["eu-west", "us-east"]
    found = tree("{geoproximity: web, in: [us-east, eu-west], bias: {eu-west: 20}}")
    assert isinstance(found, Geoproximity)
    assert [region for region, _ in found.children] == ["eu-west", "us-east"]
    assert found.bias == (("eu-west", 20),)


def test_latency_inside_latency_stays_in_the_region():
    found = tree("{latency: {failover: [{latency: web}, other]}}")

    assert [paths(child) for _, child in found.children] == [["web/eu-west", "other/eu-west"], ["web/us-east"]]


def test_a_default_that_a_region_does_not_have_is_no_answer_there():
    found = tree("{latency: {geo: {DE: web, default: other}}}")
    eu, us = (child for _, child in found.children)

    assert isinstance(us, Geo)
    assert [key for key, _ in us.children] == ["DE"]
    assert (eu.nodata, us.nodata) == (False, True)


def test_min_healthy_gives_way_where_a_region_has_less():
    found = tree("{latency: {failover: [web, other], min_healthy: 2}}")

    assert [child.common.min_healthy for _, child in found.children] == [2, 1]


def test_a_region_chosen_by_distance_needs_a_place():
    pool = "pools: {{w: {{endpoints: {{eu: 192.0.2.1, us: 192.0.2.2}}}}}}\n"
    text = "gslb: 1\nregions:\n  eu: {{at: FRA}}\n  {}us: {{}}\n" + pool + "{}"
    message = "us is chosen by distance, but has no at: | write at: with an airport's code (FRA) or LAT,LON"

    expect(text.format("§", "zones: {z: {steer: {w: {latency: w}}}}\n"), message)
    expect(text.format("§", "zones: {z: {steer: {w: {geoproximity: w}}}}\n"), message)
    expect(text.format("", "clients: {latency: {DE: {us: 9ms}}}\nzones: {z: {steer: {w: {latency: w}}}}\n"))


def test_regions_are_needed_to_choose_by_distance():
    expect(
        "gslb: 1\npools: {w: {endpoints: {a: 192.0.2.1}}}\nzones: {z: {steer: {w: {§latency: w}}}}\n",
        "regions: is needed here, to know where endpoints are | write regions:, each with at:",
    )


def test_what_stands_in_no_region_cannot_be_chosen_by_it():
    expect(
        WEB + zone("www: {latency: {failover: [web, {§rdata: 192.0.2.9}]}}", "api: {latency: {alias: §www}}"),
        "a set of rdata stands in no region | keep it outside of latency",
        "an alias stands in no region | keep it outside of latency",
    )


def test_geo_brings_the_place_sets_it_uses():
    found = tree("{geo: {eu: web, DE: other, default: web}}")

    assert isinstance(found, Geo)
    assert [name for name, _ in found.places] == ["eu"]
    assert not found.nodata
    assert tree("{geo: {DE: web}, nodata: allow}").nodata


def test_network_keys_have_one_form_and_bring_their_as_numbers():
    found = tree("{network: {'2001:0db8::/32': web, AS064500: other, default: web}}")

    assert isinstance(found, NetworkMatch)
    assert [key for key, _ in found.children] == ["2001:db8::/32", "AS64500", "default"]
    assert found.asns == (("AS64500", (64500,)),)


def test_an_alias_stands_for_the_tree_of_another_name_or_for_static_data():
    found = model(WEB + zone("www: web", "shop: {alias: www}", "mail: {failover: [{alias: ns1}, {alias: '@'}]}")).trees

    assert found["shop.example.com."].tree is found["www.example.com."]
    first, second = found["mail.example.com."].children
    assert (type(first), first.name, first.tree) == (Alias, "ns1.example.com.", None)
    assert second.name == "example.com."


def test_a_set_of_rdata_is_a_leaf():
    found = tree("{failover: [web, {rdata: [192.0.2.8, 192.0.2.9]}]}")

    assert isinstance(found.children[1], Rdata)
    assert found.children[1].texts == ("192.0.2.8", "192.0.2.9")


def test_a_failback_is_the_defaults_unless_told():
    found = tree("{failover: [web, {failover: [other], failback: manual}], trickle: 2%}")

    assert isinstance(found, Failover)
    assert (found.failback.after, found.trickle) == (600.0, 0.02)
    assert found.children[1].failback.after is None


def test_a_fallback_is_one_endpoint():
    found = tree("{failover: [web], on_all_down: {fallback: other}}").common.on_all_down

    assert (found.kind.value, found.fallback.path, found.fallback.monitors) == ("fallback", "other/eu-west", ())


def test_every_path_of_a_tree_is_its_own():
    found = tree(
        "{geo: {eu: near, DE: near, default: {failover: [near, {latency: {weighted: {web: 1, other: 2}}}, web]}}}",
        "  near: {latency: {failover: [web, other]}}\n",
    )
    named = [common.path for common in commons(found)]

    assert len(set(named)) == len(named)
    assert {"www.example.com.", "www.example.com./eu/eu-west/web", "www.example.com./default/#2/us-east"} < set(named)


def test_names_that_are_nothing_but_one_policy_share_one_tree():
    text = (
        WEB
        + "policies: {near: {latency: web}}\n"
        + zone("a: near", "b: {policy: near, ttl: 5s}", "c: {failover: [near]}")
    )
    found = model(text).trees

    assert found["a.example.com."] is found["b.example.com."]
    assert found["a.example.com."].common.path == "near"
    assert found["c.example.com."].children[0].common.path == "c.example.com./near"


def test_paths_stay_when_other_names_change():
    before = tree("{failover: [{weighted: {web: 1}}, other]}")
    after = tree("{failover: [{weighted: {web: 1}}, other]}", more=["api: web"])

    assert before == after


def test_circles_of_policies_and_aliases_are_told_once():
    expect(
        WEB + "policies:\n  a: {failover: [b]}\n  b: {failover: [§a]}\n" + zone("www: a"),
        "goes round in a circle: a -> b -> a",
    )
    expect(
        WEB + zone("a: {alias: b}", "b: {failover: [web, {alias: §a}]}"),
        "goes round in a circle: a.example.com. -> b.example.com. -> a.example.com.",
    )


def test_a_circle_through_a_policy_and_a_name_is_told():
    text = WEB + "policies: {p: {failover: [web, {alias: a.example.com.}]}}\n" + zone("a: {failover: [§p]}")

    expect(text, "goes round in a circle: p -> a.example.com. -> p")


def test_policies_that_nobody_uses_are_looked_at_too():
    expect(WEB + "policies: {p: {failover: [§wbe]}}\n", "unknown pool or policy wbe | did you mean web?")


def test_a_fault_in_a_policy_is_told_once_however_often_it_is_used():
    expect(
        WEB + "policies: {p: {failover: [web, §wbe]}}\n" + zone("a: p", "b: {geo: {DE: p, default: {latency: p}}}"),
        "unknown pool or policy wbe | did you mean web?",
    )


def test_a_policy_has_a_tree_of_its_own():
    found = model(WEB + "policies: {p: {latency: web}, q: {alias: www}}\n" + zone("www: web"))

    assert policy_tree(found, "p").common == Common("p", on_all_down=found.trees["www.example.com."].common.on_all_down)
    assert policy_tree(found, "q") is None
