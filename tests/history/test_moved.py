"""Whom a matter concerns."""

import pytest

from gslb.history.moved import Concerns, check_of, lasts_until
from gslb.model import Check, Occasion
from kit.judging import REGIONAL
from kit.language import model

MODEL = model(REGIONAL)
CONCERNS = Concerns(MODEL)
EU = str(Check("ready", "web/eu-west", "192.0.2.1"))


@pytest.mark.parametrize(
    "check",
    [Check("beat"), Check("a@b", "web/eu", "192.0.2.1"), Check("tcp://:1", "web/eu/a", "2001:db8::1"), Check("x@")],
    ids=str,
)
def test_a_check_is_known_by_its_text(check):
    assert check_of(str(check)) == check


def test_the_names_whose_answers_hang_on_a_check_even_through_an_alias():
    names = {"api.example.com.", "elastic.example.com.", "www.example.com."}

    assert CONCERNS.touched([EU]) == names
    assert CONCERNS.touched(["ready@gone[192.0.2.1]"]) == set()
    assert CONCERNS.about(Occasion.FAILOVER, [EU]).names == tuple(name for name in MODEL.steered if name in names)
    assert CONCERNS.about(Occasion.ALL_DOWN, ["one.example.com.", "gone."]).names == ("one.example.com.",)
    assert CONCERNS.about(Occasion.LATCHED, ["both|A", "both|AAAA", "gone|A"]).names == ("one.example.com.",)
    assert CONCERNS.about(Occasion.VANTAGE_SILENT, ["eu-west"]).names == ()


def test_the_last_honest_client_is_that_of_the_longest_ttl():
    assert lasts_until(["www.example.com.", "elastic.example.com."], 100.0, MODEL) == 164.0
    assert lasts_until([], 100.0, MODEL) == 100.0


def test_only_latches_of_failovers_are_of_a_name():
    assert CONCERNS.latched_name("www.example.com.|A") == "www.example.com."
    assert CONCERNS.latched_name("both|A") == "one.example.com."
    assert CONCERNS.latched_name("nowhere|A") is None
