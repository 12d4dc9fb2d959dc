"""What a change touches: names by check, by path and by remembered tree, through aliases and shared trees too."""

import pytest

from gslb.control.mentions import Mentions, paths, roots
from gslb.model import Check
from kit.judging import REGIONAL
from kit.worlds import world


@pytest.fixture(scope="module")
def model():
    return world(REGIONAL).model


@pytest.fixture(scope="module")
def mentions(model):
    return Mentions(model)


def short(names):
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    ("endpoint", "address", "names"),
    [
        ("web/eu-west", "192.0.2.1", {"www", "api", "elastic"}),
        ("shop/us-east", "192.0.2.12", {"shop", "one", "two"}),
        ("shop/eu-west", "192.0.2.11", {"one", "two"}),
        ("sorry/us-east", "192.0.2.99", set()),
    ],
)
def test_a_check_touches_every_name_that_hangs_on_it(mentions, endpoint, address, names):
    assert short(mentions.by_check(Check("ready", endpoint, address))) == names


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("web/eu-west", {"www", "api", "elastic"}),
        ("web", {"www", "api", "elastic"}),
        ("us-east", {"www", "api", "elastic", "shop", "one", "two"}),
        ("sorry", {"shop"}),
        ("nowhere", set()),
    ],
)
def test_a_word_touches_every_name_that_may_answer_what_it_is_about(mentions, path, names):
    assert short(mentions.by_path(path)) == names


def test_memory_touches_the_names_that_share_the_tree_or_follow_it(mentions, model):
    (root,) = roots(model.trees["www.example.com."])

    assert short(mentions.by_root(root)) == {"www", "api"}
    assert len(roots(model.trees["api.example.com."])) == 2


def test_an_endpoint_is_spoken_of_by_all_that_holds_it(model):
    (endpoint, _) = model.pools["web"].endpoints

    assert list(paths(endpoint)) == ["web/eu-west", "web", "eu-west"]
