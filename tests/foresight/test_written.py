"""Demand can be written down, or assumed, where nothing was measured."""

import pytest

from gslb.foresight import Source, Stream, as_csv, assumed, given, what_if, whereabouts
from gslb.foresight.demand import OTHER
from gslb.foresight.hypothesis import Hypothesis
from gslb.model import Faults
from gslb.nameserver import View
from gslb.policy import classify
from kit.worlds import all_up, large


def test_a_line_is_a_stream():
    text = 'name,clients,rate,type\n# night\nwww,DE,1.5k/s,AAAA\n"@",,20/s\n*.shop,198.51.100.0/24,5/s\n'

    assert [(one.source.name, one.source.rdtype, one.client, one.rate) for one in given(text, "d.csv", large())] == [
        ("www.example.com.", "AAAA", "DE", 1_500.0),
        ("example.com.", "A", "*", 20.0),
        ("*.shop.example.com.", "A", "198.51.100.0/24", 5.0),
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("www,ZZ,1/s", "d.csv:2:5  ZZ is no place of clients (write a prefix, an address, a country"),
        ("wwx,DE,1/s", "d.csv:2:1  wwx is no steered name"),
        ("www,DE,1", "d.csv:2:8  1 has no unit (write 1/s)"),
        ("www,DE", "d.csv:2:1  no rate"),
        ("www,DE,1/s,TXT", "d.csv:2:12  www does not answer TXT (write A or AAAA)"),
        ("", "d.csv:1:1  there is no demand in it"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, fault):
    with pytest.raises(Faults) as refused:
        given(f"name,clients,rate,type\n{text}\n", "d.csv", large())

    assert str(refused.value).startswith(fault)


def test_what_was_saved_can_be_read():
    streams = [
        Stream(Source("www.example.com.", "A", "DE", "c0ffee"), "127.1.2.0/24", 12.345),
        Stream(Source("_sip._tcp.example.com.", "SRV", "unknown"), "", 2.0),
        Stream(OTHER, "", 7.0),
    ]

    again = given(as_csv(streams), "d.csv", large())

    assert [(one.source.name, one.source.rdtype, one.source.place, one.client, one.rate) for one in again] == [
        ("www.example.com.", "A", "DE", "127.1.2.0/24", 12.345),
        ("_sip._tcp.example.com.", "SRV", "unknown", "*", 2.0),
    ]


def test_demand_is_assumed_for_every_name_and_from_every_class_of_clients():
    streams = assumed(large(), 160.0)
    names = {one.source.name for one in streams}

    assert names == {*large().model.trees}
    assert sum(one.rate for one in streams) == pytest.approx(160.0)
    for name, tree in large().model.trees.items():
        mine = [one for one in streams if one.source.name == name]
        assert sum(one.rate for one in mine) == pytest.approx(10.0)
        classes = [classify(tree, whereabouts(one.client, large()), large().sites) for one in mine]
        assert len({*classes}) == len(mine), "one prefix of each class"


def test_assumed_demand_can_be_put_through_the_answers():
    found = what_if(View(large(), all_up(large())), assumed(large()), Hypothesis(down=("eu-west",)))

    assert sum(load.after for load in found.loads) == pytest.approx(1.0)
