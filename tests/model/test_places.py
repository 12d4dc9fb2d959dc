"""Words for where clients are."""

import pytest

from gslb.model import BUILT_IN, CONTINENTS, COUNTRIES, hint_for, is_country, is_place, is_subdivision, looks_like_code


def test_there_are_all_countries():
    assert len(COUNTRIES) == 250
    assert {"NA", "SA", "AF", "AS", "XK"} < COUNTRIES


def test_the_sets_built_in_are_of_countries():
    assert [len(BUILT_IN[name]) for name in ("eu", "eea")] == [27, 30]
    assert set(BUILT_IN["eu"]) < set(BUILT_IN["eea"]) < COUNTRIES


@pytest.mark.parametrize("word", [*CONTINENTS, "DE", "US-CA", "GB-ENG", "JP-13"])
def test_a_place_is_a_continent_a_country_or_a_subdivision(word):
    assert is_place(word)


@pytest.mark.parametrize("word", ["de", "ZZ", "US-", "ZZ-CA", "US-CALI", "Europe", "eu", ""])
def test_other_words_are_none(word):
    assert not is_place(word)
    assert not is_country(word)
    assert not is_subdivision(word)


def test_a_set_must_not_look_like_a_code():
    assert looks_like_code("ZZ")
    assert looks_like_code("ZZ-1")
    assert not looks_like_code("dach")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("UK", "write GB"),
        ("EL", "write GR"),
        ("fr", "write FR"),
        ("us-ca", "write US-CA"),
        ("ASIA", "write asia"),
        ("dahc", "did you mean dach?"),
        ("erope", "did you mean europe?"),
        ("ZZ", "write a continent (europe), a country (DE), a subdivision (US-CA) or a name under places:"),
    ],
)
def test_a_word_that_is_no_place_is_told_what_to_write(word, hint):
    assert hint_for(word, ["dach"]) == hint
