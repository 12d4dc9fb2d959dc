"""Sampled queries are written down with the generation that answered them, and only what is sure is called certain."""

import json
from dataclasses import replace
from ipaddress import ip_address

import pytest

from gslb.app.decisions import A_LOOK, Decisions, Recent
from gslb.app.folders import Folders
from gslb.app.line_ring import read_lines
from gslb.control import Journal
from gslb.image import Sample, SampleKind
from gslb.model import Log
from gslb.nameserver import View
from kit.worlds import all_up, large, query

NOW, WALL = 100.0, 1_700_000_000.0
SENDER = ip_address("127.1.0.5").packed


def view(generation=7, down=(), room=1_000_000):
    world = large()
    world = replace(world, model=replace(world.model, log=Log(room)))
    return View(world, replace(all_up(world, frozenset(down)), epoch=3, generation=generation))


def sample(at, name="failover", kind=SampleKind.CHANCE, weight=10):
    return Sample(kind, int(at * 1e9), weight, SENDER, query(f"{name}.example.com"))


class Writing:
    def __init__(self, path):
        self.folders, self.troubles = Folders(path), []
        self.decisions = Decisions(self.folders, Journal("control", write=self.troubles.append))

    def take(self, samples, of, published=50.0, now=NOW):
        self.decisions.take(samples, of, published, now, WALL)

    @property
    def lines(self):
        return [json.loads(line) for line in read_lines(self.folders.decisions)]


@pytest.fixture
def writing(tmp_path):
    return Writing(tmp_path)


def test_a_line_tells_who_asked_what_was_answered_and_by_which_generation(writing):
    writing.take([sample(99.5)], view())

    (line,) = writing.lines
    assert line == {
        "at": "2023-11-14T22:13:19.500Z",
        "name": "failover.example.com.",
        "type": "A",
        "client": "127.1.0.0/24",
        "country": "DE",
        "asn": None,
        "generation": "3/7",
        "certain": True,
        "answer": ["192.0.2.1"],
        "ttl": 60,
        "ways": [{"share": 1.0, "path": ["failover web/eu-west"], "endpoints": ["web/eu-west"], "opened": ""}],
        "stands_for": 10.0,
    }


def test_a_query_from_before_a_failover_is_told_with_the_generation_of_then(writing):
    writing.take([], view(7), published=50.0, now=98.0)
    writing.take([sample(98.5), sample(99.9)], view(8, ["web/eu-west"]), published=99.0)

    assert [(line["generation"], line["answer"]) for line in writing.lines] == [
        ("3/7", ["192.0.2.1"]),
        ("3/8", ["192.0.2.2"]),
    ]


def test_while_it_is_published_or_where_generations_were_missed_nothing_is_certain(writing):
    writing.take([], view(7), published=50.0, now=98.0)
    writing.take([sample(98.5), sample(99.1)], view(9, ["web/eu-west"]), published=99.0)

    assert [(line["generation"], line["certain"], line["answer"]) for line in writing.lines] == [
        ("3/7", False, None),
        ("3/9", False, None),
    ]


def test_what_chance_decided_is_told_as_chances(writing):
    writing.take([sample(99.5, "weighted")], view())

    (line,) = writing.lines
    assert not line["certain"]
    assert {way["endpoints"][0]: way["share"] for way in line["ways"]} == {
        "web/eu-west": 0.1,
        "web/us-east": 0.2,
        "web/ap-south": 0.7,
    }


def test_of_many_some_are_written_and_stand_for_all(writing):
    writing.take([sample(99.5) for _ in range(10 * A_LOOK)], view())

    assert len(writing.lines) == A_LOOK
    assert sum(line["stands_for"] for line in writing.lines) == 10 * A_LOOK * 10


def test_static_data_traced_senders_and_what_came_too_early_are_left_out(writing):
    writing.take([sample(99.5, "static"), sample(99.5, kind=SampleKind.TRACED), sample(10.0)], view())

    assert writing.lines == []


def test_without_room_nothing_is_written(writing):
    writing.take([sample(99.5)], view(room=0))

    assert writing.lines == []


def test_a_disk_that_does_not_take_it_is_told_and_nothing_breaks(writing):
    writing.folders.decisions.write_text("in the way")

    writing.take([sample(99.5)], view())

    assert "decisions_lost" in writing.troubles[0]


def test_generations_at_hand_are_bounded():
    recent = Recent()
    for number in range(100):
        recent.see(view(number), float(number))

    assert recent.at(50.0) is None
    assert recent.at(99.5)[0].belief.generation == 99
