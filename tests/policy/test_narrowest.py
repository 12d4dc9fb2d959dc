"""The narrowest match that is healthy."""

import pytest

from gslb.model import Common, Family, Geo, Simple
from gslb.policy.kinds import KINDS
from gslb.policy.look import Look
from gslb.policy.narrowest import Match, by_place, choose, fenced, key
from kit.trees import an_ask, leaf


def match(word: str, *, fence: bool = False, v6: bool = False) -> Match:
    return Match(0, word, Simple(Common(f"www/{word}", fence=fence), (leaf(f"web/{word}", v6=v6),)), word)


def geo(*matches: Match) -> Geo:
    return Geo(Common("www"), tuple((one.key, one.child) for one in matches))


@pytest.mark.parametrize(("fences", "kept"), [("", "abc"), ("c", "abc"), ("b", "ab"), ("bc", "ab"), ("a", "a")])
def test_nothing_beyond_the_first_fence_matches(fences, kept):
    matches = [match(word, fence=word in fences) for word in "abc"]

    assert [one.key for one in fenced(matches)] == list(kept)


def test_a_leaf_is_no_fence():
    assert not Match(0, "DE", leaf("web/eu-west"), "DE").fence


@pytest.mark.parametrize(
    ("matches", "family", "by"),
    [
        ((match("default"),), Family.V4, False),
        ((match("DE"),), Family.V4, True),
        ((match("DE"), match("default")), Family.V4, True),
        ((match("DE"), match("default", v6=True)), Family.V6, False),  # nobody is answered from DE
        ((match("DE", fence=True), match("default", v6=True)), Family.V6, True),  # no data for DE
    ],
)
def test_the_place_matters_where_something_but_default_can_answer_or_fence(matches, family, by):
    assert by_place(geo(*matches), family) == by


def test_a_node_with_only_a_default_has_the_key_of_that():
    look = Look(an_ask(), KINDS)

    assert key(geo(match("default")), [match("default")], look) == ()
    assert key(geo(match("default")), [], look) == ()
    assert key(geo(match("DE")), [], look) != ()


def test_only_a_healthy_node_chooses():
    with pytest.raises(ValueError, match="www is not healthy"):
        choose(geo(match("DE")), [], Look(an_ask(), KINDS), ())
