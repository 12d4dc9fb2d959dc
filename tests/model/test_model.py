"""The model: sections that cannot be changed, and which monitors ask endpoints."""

import pickle

import pytest

from gslb.model import Model, Section
from gslb.model.model import NAMED, SINGLE
from kit.language import WEB, model, zone


def test_a_section_is_a_mapping_that_cannot_be_changed():
    section = Section({"b": 1, "a": 2})

    assert (list(section), len(section), section["a"], section.get("c")) == (["b", "a"], 2, 2, None)
    assert section == {"a": 2, "b": 1}
    assert repr(section) == "Section({'b': 1, 'a': 2})"
    with pytest.raises(TypeError):
        section["a"] = 3


def test_a_model_can_be_stored():
    found = model(WEB + zone("www: {failover: [web, other]}"))
    stored = pickle.loads(pickle.dumps(found))

    assert stored == found
    assert stored.steered["www.example.com."].mark == found.steered["www.example.com."].mark


def test_the_generation_takes_no_part_in_what_a_model_means():
    assert Model(generation=1) == Model(generation=2)


def test_every_section_is_named_once():
    fields = set(Model.__dataclass_fields__) - {"trees", "generation"}

    assert fields == set(NAMED) | set(SINGLE)


def test_a_monitor_has_targets_when_it_or_a_member_asks_endpoints():
    found = model(
        "gslb: 1\nmonitors:\n  web: http://h/\n  beat: {push: file:b, every: 1s}\n  one: {all: [beat]}\n"
        "  two: {any: [one, deep]}\n  deep: {all: [web]}\n"
    )

    assert [name for name in found.monitors if found.targeted(name)] == ["web", "two", "deep"]
    assert not found.targeted("nothing")
