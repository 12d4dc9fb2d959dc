"""Which names a change touches."""

import pytest

from gslb.control.mentions import Mentions, root, roots
from gslb.model import Check, checks, leaves, paths_of
from kit.judging import REGIONAL
from kit.worlds import large, world


@pytest.fixture(scope="module")
def model():
    return world(REGIONAL).model


@pytest.fixture(scope="module")
def mentions(model):
    return Mentions(model)


def names(*short):
    return {f"{name}.example.com." for name in short}


def test_a_check_touches_every_name_that_reads_it_through_aliases_too(mentions):
    assert mentions.by_check(Check("ready", "web/eu-west", "192.0.2.1")) == names("www", "api", "elastic")
    assert mentions.by_check(Check("ready", "shop/eu-west", "192.0.2.11")) == names("one", "two")
    assert not mentions.by_check(Check("other"))


def test_every_check_of_a_model_touches_somebody():
    model = large().model
    mentions = Mentions(model)

    assert all(mentions.by_check(check) for check in checks(model))


@pytest.mark.parametrize(
    ("path", "touched"),
    [
        ("web/us-east", names("www", "api", "elastic")),
        ("web", names("www", "api", "elastic")),
        ("us-east", names("www", "api", "elastic", "shop", "one", "two")),
        ("sorry", names("shop")),
        ("nowhere", set()),
    ],
)
def test_a_path_touches_every_name_that_may_answer_what_is_under_it(mentions, path, touched):
    assert set(mentions.by_path(path)) == touched


def test_what_a_tree_remembers_touches_the_names_that_are_that_tree_and_those_that_follow_it(mentions):
    assert mentions.by_root("both") == names("one", "two")
    assert mentions.by_root("www.example.com.") == names("www", "api")
    assert mentions.by_root("api.example.com.") == names("api")
    assert not mentions.by_root("www")


def test_a_tree_answers_from_its_own_root_and_those_behind_its_aliases(model):
    assert root(model.trees["two.example.com."]) == "both"
    assert roots(model.trees["api.example.com."]) == {"api.example.com.", "www.example.com."}


def test_the_root_of_an_endpoint_alone_is_its_path():
    (leaf, *_) = leaves(world(REGIONAL).model.trees["www.example.com."])

    assert root(leaf) == leaf.path == "web/eu-west"


def test_an_endpoint_is_meant_by_itself_by_what_holds_it_and_by_its_region():
    model = large().model
    endpoints = {endpoint.path: endpoint for pool in model.pools.values() for endpoint in pool.endpoints}

    assert list(paths_of(endpoints["many/eu-west/a"])) == ["many/eu-west/a", "many/eu-west", "many", "eu-west"]
    assert list(paths_of(endpoints["web/us-east"])) == ["web/us-east", "web", "us-east"]
    without_region = world(
        REGIONAL.replace("regions: {eu-west: {}, us-east: {}}\n", "")
        .replace("eu-west", "main")
        .replace("us-east", "spare")
    ).model
    (main, _) = without_region.pools["web"].endpoints
    assert list(paths_of(main)) == ["web/main", "web"]
