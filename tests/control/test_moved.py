"""Whom a matter concerns."""

from gslb.control.moved import about, lasts_until, latched_name, touched
from gslb.model import Check, Occasion
from kit.judging import REGIONAL
from kit.language import model

MODEL = model(REGIONAL)
EU = str(Check("ready", "web/eu-west", "192.0.2.1"))


def test_the_names_whose_answers_hang_on_a_check_even_through_an_alias():
    names = ["api.example.com.", "elastic.example.com.", "www.example.com."]

    assert sorted(touched([EU], MODEL)) == names
    assert touched(["ready@gone[192.0.2.1]"], MODEL) == []
    assert sorted(about(Occasion.FAILOVER, [EU], MODEL).names) == names
    assert about(Occasion.ALL_DOWN, ["one.example.com.", "gone."], MODEL).names == ("one.example.com.",)
    assert about(Occasion.VANTAGE_SILENT, ["eu-west"], MODEL).names == ()


def test_the_last_honest_client_is_that_of_the_longest_ttl():
    assert lasts_until(["www.example.com.", "elastic.example.com."], 100.0, MODEL) == 164.0
    assert lasts_until([], 100.0, MODEL) == 100.0


def test_only_latches_of_failovers_are_of_a_name():
    assert latched_name("www.example.com.|A", MODEL) == "www.example.com."
    assert latched_name("both|A", MODEL) == "one.example.com."
    assert latched_name("nowhere|A", MODEL) is None
