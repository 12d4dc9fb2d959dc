"""What nodes stand on: monitors brought down, what is carried, endpoints with hosts made absolute."""

from gslb.model import Check, Family, leaves
from gslb.model.ground import Here, absolute
from kit.language import expect, model

TEXT = """\
gslb: 1
regions:
  eu: {at: FRA, monitor: dc}
  us: {at: IAD}
monitors:
  ready: http://h/
  deep: https://h/deep
  dc: {push: file:dc, every: 10s}
  beat: {push: file:beat, every: 10s}
  both: {all: [ready, beat]}
pools:
  web:
    monitor: ready
    endpoints:
      eu: 192.0.2.1
      us: {address: 192.0.2.2, monitor: [none, deep]}
  bare: {monitor: none, endpoints: {eu: 192.0.2.3}}
  sip: {type: SRV, monitor: 'tcp://:5061', endpoints: {eu: 1 2 5061 sip, us: 1 2 5061 SIP.example.net.}}
zones:
  example.com:
    steer:
"""


def found(line, name="www"):
    made = model(f"{TEXT}      {name}: {line}\n")
    tree = made.trees[f"{name}.example.com."]
    return tree, {leaf.path: leaf for leaf in leaves(tree)}


def test_monitors_of_region_pool_endpoint_and_nodes_all_apply():
    _, by_path = found("{failover: [web, bare], monitor: deep}")

    assert by_path["web/eu"].monitors == ("deep", "ready")
    assert by_path["web/eu"].gates == ("dc",)
    assert by_path["web/us"].monitors == ("deep",)


def test_none_cuts_what_hangs_further_out():
    _, by_path = found("{failover: [web, bare], monitor: ready}")

    assert by_path["web/us"].monitors == ("deep",)
    assert (by_path["bare/eu"].monitors, by_path["bare/eu"].gates) == ((), ())


def test_none_on_a_node_cuts_what_hangs_on_the_nodes_above():
    _, by_path = found("{failover: [{failover: [web/eu], monitor: none}, web/us], monitor: deep}")

    assert by_path["web/eu"].monitors == ("ready",)


def test_a_monitor_without_a_target_stays_at_the_node():
    tree, by_path = found("{failover: [web/eu], monitor: [beat, both]}")

    assert tree.common.monitors == ("beat",)
    assert by_path["web/eu"].monitors == ("both", "ready")


def test_a_leaf_is_checked_at_each_address_and_gated_as_a_whole():
    _, by_path = found("{failover: [web/eu]}")

    assert by_path["web/eu"].checks(Family.V4) == (Check("ready", "web/eu", "192.0.2.1"), Check("dc"))
    assert by_path["web/eu"].checks(Family.V6) == ()


def test_a_host_in_rdata_is_absolute_where_it_is_used():
    _, by_path = found("{failover: [sip]}", "_sip._tcp")

    assert by_path["sip/eu"].endpoint.target == "sip.example.com."
    assert by_path["sip/us"].endpoint.target == "sip.example.net."
    assert by_path["sip/eu"].endpoint.rdata == "1 2 5061 sip"


def test_rdata_that_names_no_host_cannot_be_probed():
    expect(
        "gslb: 1\npools: {t: {type: TXT, monitor: 'tcp://:1', endpoints: {§a: x}}}\nzones: {z: {steer: {w: t}}}\n",
        "t/a names no host that tcp://:1 could ask | hang a push monitor on it, or monitor: none",
    )


def test_a_leaf_with_nothing_to_connect_to_takes_no_probe():
    expect(
        f"{TEXT}      api: web\n"
        "      www: {failover: [{rdata: 192.0.2.9, monitor: §ready}, {alias: api, monitor: §deep}]}\n",
        "ready asks an endpoint, and a set of rdata has none | hang a push monitor on it",
        "deep asks an endpoint, and an alias has none | hang a push monitor on it",
    )
    tree, _ = found("{failover: [web, {rdata: 192.0.2.9, monitor: beat}], monitor: ready}")
    assert tree.children[1].common.monitors == ("beat",)


def test_the_root_takes_its_last_resort_from_the_defaults_and_inner_nodes_none():
    tree, _ = found("{failover: [{failover: [web]}, bare]}")

    assert tree.common.on_all_down.kind.value == "open"
    assert tree.children[0].common.on_all_down is None


def test_a_place_below_has_a_longer_path():
    here = Here("www.", "example.com.", "ecs")

    assert here.below("eu").below("a", region="us") == Here("www./eu/a", "example.com.", "ecs", "us", (), root=False)


def test_names_are_relative_to_their_zone_unless_they_end_with_a_dot():
    assert [absolute(text, "z.") for text in ("WWW", "@", "a.b.")] == ["www.z.", "z.", "a.b."]
