"""A model changes all or nothing, and a difference makes one mean what another means."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import (
    Endpoint,
    Faults,
    Model,
    Monitor,
    MonitorKind,
    Node,
    Pool,
    Put,
    Reference,
    Remove,
    Steered,
    Ttl,
    apply,
    difference,
)
from kit.language import WEB, model, zone

FOUND = replace(model(WEB + zone("www: {failover: [web, other]}", "api: other")), generation=7)
SORRY = Pool("sorry", (Endpoint("sorry/eu-west", "sorry", "eu-west", IPv4Address("192.0.2.99")),))
SORRY_WWW = Steered("www.example.com.", "example.com.", Reference("sorry"))


def test_a_batch_gives_a_new_model_one_generation_on_and_says_what_changed():
    changed, diff = apply(FOUND, (Put("pools", "sorry", SORRY), Put("steered", SORRY_WWW.name, SORRY_WWW)), 7)

    assert changed.generation == 8
    assert changed.trees["www.example.com."].children[0].path == "sorry/eu-west"
    assert str(diff) == "pools sorry  added\nsteered www.example.com.  changed: policy"
    assert diff.steered == ("www.example.com.",)
    assert "sorry" not in FOUND.pools


def test_sections_that_are_one_noun_are_put_without_a_key():
    changed, diff = apply(FOUND, (Put("node", "", Node("b")),), 7)

    assert changed.node.name == "b"
    assert str(diff) == "node  changed: name ns1 -> b"


def test_what_is_removed_is_gone():
    changed, diff = apply(FOUND, (Remove("steered", "api.example.com."),), 7)

    assert list(changed.trees) == ["www.example.com."]
    assert diff.steered == ("api.example.com.",)


def test_a_batch_made_for_another_generation_is_refused():
    with pytest.raises(Faults, match=r"made for generation 6, but the model is at 7 \(look at what changed"):
        apply(FOUND, (), 6)


@pytest.mark.parametrize(
    ("batch", "messages"),
    [
        ((Remove("pools", "web"),), ["unknown pool or policy web"]),
        ((Remove("pools", "x"), Remove("x", "y")), ["pools: there is no x to remove", "x: there is no y to remove"]),
        ((Put("x", "y", SORRY),), ["x: there is no such section"]),
        ((Put("pools", "sorry", Node()),), ["pools: Node does not belong there"]),
        ((Put("node", "", SORRY),), ["node: Pool does not belong there"]),
        ((Put("pools", "other", SORRY),), ["pools: sorry cannot stand under other"]),
        (
            (Put("policies", "p", Reference("x")), Put("steered", "w.z.", replace(SORRY_WWW, name="w.z.", zone="z."))),
            ["unknown pool or policy sorry", "unknown pool or policy x", "w.z. is in no zone of ours"],
        ),
    ],
)
def test_a_batch_with_faults_changes_nothing_and_tells_them_all(batch, messages):
    with pytest.raises(Faults) as refused:
        apply(FOUND, batch, 7)

    assert sorted(fault.message for fault in refused.value) == messages


def test_no_difference_is_an_empty_batch():
    assert difference(FOUND, FOUND) == ()


def test_what_only_moved_is_put_again_but_changes_nothing():
    moved = model("# a line more\n" + WEB + zone("www: {failover: [web, other]}", "api: other"))
    changed, diff = apply(FOUND, difference(FOUND, moved), 7)

    assert not diff
    assert changed.pools["web"].mark.line == FOUND.pools["web"].mark.line + 1


def endpoints(pool, addresses):
    return tuple(
        Endpoint(f"{pool}/e{number}", pool, None, IPv4Address(f"192.0.2.{last}"))
        for number, last in enumerate(addresses)
    )


@st.composite
def models(draw):
    """Small models: some of three pools, two monitors and three steered names, as they come."""
    monitors = {
        name: Monitor(name, MonitorKind.TCP, port=draw(st.integers(1, 3)))
        for name in draw(st.sets(st.sampled_from(["m1", "m2"])))
    }
    pools = {
        name: Pool(
            name,
            endpoints(name, draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))),
            monitors=tuple(draw(st.sets(st.sampled_from(sorted(monitors))))) if monitors else (),
        )
        for name in draw(st.sets(st.sampled_from(["p1", "p2", "p3"]), min_size=1))
    }
    policies = {"near": Reference(draw(st.sampled_from(sorted(pools))))} if draw(st.booleans()) else {}
    targets = sorted({*pools, *policies})
    names = draw(st.sets(st.sampled_from(["a.z.", "b.z.", "c.z."])))
    steered = {
        name: Steered(name, "z.", Reference(draw(st.sampled_from(targets))), Ttl(*[draw(st.integers(1, 3))] * 2))
        for name in names
    }
    batch = [Put("zones", "z.", replace(FOUND.zones["example.com."], name="z."))]
    for section, nouns in (("monitors", monitors), ("pools", pools), ("policies", policies), ("steered", steered)):
        batch += [Put(section, name, noun) for name, noun in nouns.items()]
    return apply(Model(), tuple(batch), 0)[0]


@given(models(), models())
def test_a_difference_makes_one_model_mean_what_another_means(old, new):
    changed, diff = apply(old, difference(old, new), old.generation)

    assert changed == new
    assert changed.trees == new.trees
    assert bool(diff) is (old != new)


@given(models(), models())
def test_names_that_a_difference_does_not_touch_keep_their_trees(old, new):
    _, diff = apply(old, difference(old, new), old.generation)

    for name in set(old.trees) & set(new.trees) - set(diff.steered):
        assert old.trees[name] == new.trees[name]
        assert old.steered[name] == new.steered[name]
    assert set(old.trees) ^ set(new.trees) <= set(diff.steered)
