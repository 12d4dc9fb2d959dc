"""Plans in step with what is believed: what is touched is made anew, what is not keeps its very octets."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.control import Mentions, Publishing, build, join, thaw
from gslb.control.layers import ZoneTable
from gslb.image import encode_plan
from gslb.model import checks
from gslb.nameserver import View, fill
from kit.judging import REGIONAL, built
from kit.worlds import all_up, large, world


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return build(large(), tmp_path_factory.mktemp("everything"))


@pytest.fixture(scope="module")
def regional(tmp_path_factory):
    return built(REGIONAL, tmp_path_factory.mktemp("regional"))


def plans(publication):
    """Every plan by zone and row."""
    return {
        (number, index): plan for number, zone in enumerate(publication.zones) for index, plan in enumerate(zone.plans)
    }


def rows_of(of, *names):
    return {
        (number, index)
        for number, table in enumerate(of.zones)
        for index, slot in enumerate(table.rows)
        if slot.steered in {f"{name}.example.com." for name in names}
    }


def one_by_one(of, belief):
    """The plan of every row, each made for itself."""
    view = View(of.world, belief)
    return {
        (number, index): encode_plan(plan.selector, plan.scoping)
        for number, table in enumerate(of.zones)
        for index, slot in enumerate(table.rows)
        for plan in [fill(slot, of.world.zones.find(slot.name), view)]
    }


def test_at_first_every_row_has_the_plan_that_its_question_means(everything):
    belief = all_up(everything.world)

    assert plans(Publishing(everything).publication(belief, None, 1.0)) == one_by_one(everything, belief)


def test_rows_that_ask_the_same_of_the_same_tree_are_filled_once(regional):
    fills = []
    made = plans(Publishing(regional).publication(all_up(regional.world), None, 1.0, lambda: fills.append(1)))

    by_slot = {
        (slot.name.to_text(), slot.rdtype.name): made[number, index]
        for number, table in enumerate(regional.zones)
        for index, slot in enumerate(table.rows)
    }
    assert by_slot["one.example.com.", "A"] is by_slot["two.example.com.", "A"] is by_slot["two.example.com.", "ANY"]
    assert by_slot["www.example.com.", "A"] is not by_slot["api.example.com.", "A"]
    assert len(fills) < len(by_slot)


def test_only_rows_of_touched_names_are_made_anew(everything):
    publishing = Publishing(everything)
    before = plans(publishing.publication(all_up(everything.world), None, 1.0))
    belief = all_up(everything.world, frozenset({"web/eu-west", "many/eu-west/a"}))
    after = plans(publishing.publication(replace(belief, seed=8), {"failover.example.com."}, 2.0))

    anew = {place for place in before if before[place] is not after[place]}
    assert anew == rows_of(everything, "failover")
    assert all(before[place] != after[place] for place in anew if everything.zones[0].rows[place[1]].rdtype.name == "A")


def test_the_work_is_that_of_the_names_touched(everything):
    publishing = Publishing(everything)
    belief = all_up(everything.world)
    publishing.publication(belief, None, 1.0)
    fills = []
    publishing.publication(belief, {"www.example.com."}, 2.0, lambda: fills.append(1))

    slots = [slot for slot in everything.zones[0].rows if slot.steered == "www.example.com."]
    assert len({slot.name for slot in slots}) == 3, "www itself, and two that come through a CNAME"
    assert len(fills) < len(slots), "A and ANY are one plan"
    publishing.publication(belief, set(), 3.0, lambda: fills.append(1))
    publishing.publication(belief, {"gone.example.com."}, 4.0, lambda: fills.append(1))
    assert len(fills) <= len(slots)


def test_names_reached_through_a_cname_are_rows_of_the_name_it_leads_to(everything):
    steered = {slot.name.to_text(): slot.steered for slot in everything.zones[0].rows}

    assert steered["alias.example.com."] == "www.example.com."
    assert steered["*.wildalias.example.com."] == "www.example.com."
    assert steered["*.shop.example.com."] == "*.shop.example.com."


ENDPOINTS = ["web/eu-west", "web/us-east", "web/ap-south", "many/eu-west/a", "many/us-east/d"]


@settings(max_examples=8)
@given(st.lists(st.frozensets(st.sampled_from(ENDPOINTS)), min_size=1, max_size=4))
def test_touching_what_mentions_the_flips_gives_what_making_everything_anew_gives(everything_once, downs):
    of, mentions = everything_once
    publishing, before = Publishing(of), frozenset()
    publishing.publication(all_up(of.world), None, 1.0)
    for down in downs:
        turned = [check for check in checks(of.world.model) if check.endpoint in before ^ down]
        touched = {name for check in turned for name in mentions.by_check(check)}
        belief = all_up(of.world, down)

        assert plans(publishing.publication(belief, touched, 2.0)) == one_by_one(of, belief)
        before = down


@pytest.fixture(scope="module")
def everything_once(everything):
    return everything, Mentions(everything.world.model)


def test_a_publication_says_what_it_is_of_and_carries_what_is_believed(everything):
    of = replace(everything, digest="d1")
    belief = replace(all_up(of.world), epoch=3, generation=7)
    publication = Publishing(of).publication(belief, None, 12.5)

    assert (publication.epoch, publication.generation, publication.model) == (3, 7, "d1")
    assert publication.published_at == 12_500_000_000
    assert list(publication.places) == list(of.places)
    assert [zone.image for zone in publication.zones] == [table.image for table in of.zones]
    assert join(thaw(part) for part in publication.state if part) == belief


def test_of_the_state_parts_in_which_nothing_changed_keep_their_octets(everything):
    publishing = Publishing(everything)
    first = all_up(everything.world)
    before = publishing.publication(first, None, 1.0).state
    some = next(iter(first.verdicts))
    verdicts = {**first.verdicts, some: replace(first.verdicts[some], up=False)}
    after = publishing.publication(replace(first, verdicts=verdicts), set(), 2.0).state

    assert sum(old is not new for old, new in zip(before, after, strict=True)) == 2


def test_a_table_of_no_zone_is_a_fault_of_ours(everything):
    broken = replace(everything, zones=(ZoneTable("example.org.", "image", ()),))

    with pytest.raises(ValueError, match=r"example\.org\., and no such zone"):
        Publishing(broken)


def test_a_name_with_ipv6_only_shares_its_any_with_aaaa(tmp_path):
    text = REGIONAL.replace("us-east: 192.0.2.99", 'us-east: "2001:db8::99"').replace(
        "one: both", "one: both\n      six: {ttl: 30s, failover: [sorry]}"
    )
    of = build(world(text), tmp_path)
    belief = all_up(of.world)

    assert plans(Publishing(of).publication(belief, None, 1.0)) == one_by_one(of, belief)
