"""Publications: what a flip touches is made anew, and what it does not touch keeps its octets."""

from dataclasses import replace

import pytest

from gslb.control import Publishing
from kit.judging import REGIONAL, built
from kit.worlds import all_up, world


@pytest.fixture(scope="module")
def tiny():
    return world(REGIONAL)


@pytest.fixture
def publishing(tiny, tmp_path):
    return Publishing(built(tiny, tmp_path))


def plans(publication):
    (zone,) = publication.zones
    return zone.plans


def touched_rows(publishing, names):
    (table,) = publishing.built.zones
    return {index for index, slot in enumerate(table.rows) if slot.steered.partition(".")[0] in names}


def test_every_row_has_a_plan_at_first(publishing, tiny):
    publication = publishing.publication(all_up(tiny), None, 5.0)

    assert all(plans(publication))
    assert publication.published_at == 5_000_000_000


def test_a_flip_makes_the_touched_names_anew_and_leaves_the_rest(publishing, tiny):
    before = plans(publishing.publication(all_up(tiny), None, 1.0))
    belief = replace(all_up(tiny, frozenset({"web/eu-west"})), generation=2)

    after = plans(publishing.publication(belief, {"www.example.com."}, 2.0))

    rows = touched_rows(publishing, {"www"})
    assert rows
    changed = {index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
    assert changed
    assert changed <= rows
    assert all(after[index] is before[index] for index in set(range(len(after))) - rows)


def test_a_cname_to_a_steered_name_flips_with_it(publishing, tiny):
    (table,) = publishing.built.zones
    followers = {slot.name.to_text() for slot in table.rows if slot.steered == "www.example.com."}

    assert followers >= {"www.example.com.", "www2.example.com."}


def test_equal_questions_share_one_plan(publishing, tiny):
    (table,) = publishing.built.zones
    made = plans(publishing.publication(all_up(tiny), None, 1.0))
    twins = [
        made[i] for i, slot in enumerate(table.rows) if slot.name.to_text() in ("one.example.com.", "two.example.com.")
    ]

    assert len({*map(id, twins)}) < len(twins)


def test_nothing_touched_changes_nothing(publishing, tiny):
    before = plans(publishing.publication(all_up(tiny), None, 1.0))
    after = plans(publishing.publication(replace(all_up(tiny), generation=2), set(), 2.0))

    assert all(old is new for old, new in zip(before, after, strict=True))
