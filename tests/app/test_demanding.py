"""Samples of questions for steered names become demand by class and place of their clients, and are kept."""

import asyncio
from ipaddress import ip_address

import pytest

from gslb.app.demanding import KEEP_EVERY, Demanding, words
from gslb.app.folders import Folders
from gslb.app.keepsake import Keepsake, open_telemetry
from gslb.control import Journal
from gslb.foresight import whereabouts
from gslb.geo import Location
from gslb.image import Sample, SampleKind
from gslb.nameserver import View
from gslb.policy import classify
from kit.worlds import WALL, all_up, large, query


@pytest.fixture(scope="module")
def view():
    return View(large(), all_up(large()))


def demanding(folder, lines=None):
    journal = Journal("control", write=(lines if lines is not None else []).append)
    return Demanding(Keepsake(open_telemetry(Folders(folder), journal), "demand", journal), journal, WALL)


def sample(name, rdtype="A", subnet="", sender="127.3.0.9", weight=5):
    return Sample(SampleKind.CHANCE, 0, weight, ip_address(sender).packed, query(f"{name}.example.com", rdtype, subnet))


def learnt(learning):
    learning.demand.tick(WALL + 1)
    return {
        (stream.source.name, stream.source.rdtype, stream.source.place, stream.client)
        for stream in learning.demand.now(WALL + 1)
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (sample("www", subnet="127.1.2.3/32"), ("www.example.com.", "A", "DE", "127.1.2.0/24")),
        (sample("www", "AAAA"), ("www.example.com.", "AAAA", "IN", "127.3.0.9")),
        (sample("alias"), ("www.example.com.", "A", "IN", "127.3.0.9")),
        (sample("red.shop", subnet="127.2.0.0/16"), ("*.shop.example.com.", "A", "US", "127.2.0.0/16")),
        (sample("net", subnet="198.51.100.0/24"), ("net.example.com.", "A", "office", "198.51.100.0/24")),
        (sample("stuck", subnet="127.1.2.0/24"), ("stuck.example.com.", "A", "IN", "127.3.0.9")),
        (sample("name", "TXT"), ("name.example.com.", "CNAME", "IN", "127.3.0.9")),
    ],
    ids=["subnet", "sender", "alias", "wildcard", "network", "by resolver", "name"],
)
def test_a_sample_is_demand_of_its_clients(tmp_path, view, asked, found):
    learning = demanding(tmp_path)
    learning.see(asked, view, WALL)

    assert learnt(learning) == {found}


@pytest.mark.parametrize(
    "packet",
    [b"", query("static.example.com", "A"), query("www.example.com", "HTTPS")],
    ids=["nothing", "a static name", "another type"],
)
def test_other_questions_are_none(tmp_path, view, packet):
    learning = demanding(tmp_path)
    learning.see(Sample(SampleKind.CHANCE, 0, 1, bytes((192, 0, 2, 7)), packet), view, WALL)

    assert learnt(learning) == set()


def test_one_client_stands_for_all_of_its_class_and_place(tmp_path, view):
    learning = demanding(tmp_path)
    for octet in range(10):
        learning.see(sample("www", subnet=f"127.1.{octet}.0/24"), view, WALL)
    learning.see(sample("www", subnet="127.2.0.0/24"), view, WALL)
    learning.demand.tick(WALL + 1)
    german, american = learning.demand.now(WALL + 1)

    assert german.rate == pytest.approx(10 * american.rate)
    tree = view.world.model.trees["www.example.com."]
    classes = [classify(tree, whereabouts(one.client, view.world), view.world.sites) for one in (german, american)]
    assert classes[0] != classes[1]


def test_what_was_learnt_is_there_after_a_restart(tmp_path, view):
    learning = demanding(tmp_path)
    learning.see(sample("www", subnet="127.1.2.0/24"), view, WALL)
    learning.demand.tick(WALL + 10)
    asyncio.run(learning.keep(WALL + KEEP_EVERY - 1))
    assert demanding(tmp_path).demand.peak() is None, "not every second"
    asyncio.run(learning.keep(WALL + KEEP_EVERY))

    again = demanding(tmp_path)

    slot = again.demand.peak()
    assert slot is not None
    assert [(one.source.place, one.rate) for one in again.demand.at([slot])] == [("DE", pytest.approx(0.5))]


def test_what_cannot_be_read_is_told_and_begun_anew(tmp_path):
    journal = Journal("control", write=[].append)
    Keepsake(open_telemetry(Folders(tmp_path), journal), "demand", journal).save(b"damaged")
    lines = []

    assert demanding(tmp_path, lines).demand.peak() is None
    assert "demand_forgotten" in lines[0]


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location(), "unknown"),
        (Location(continent="europe"), "europe"),
        (Location(continent="europe", country="DE", asn=64_500), "DE"),
        (Location(country="US", subdivision="US-CA", networks=("office",)), "office"),
    ],
)
def test_a_place_is_a_word(location, text):
    assert words(location) == text
