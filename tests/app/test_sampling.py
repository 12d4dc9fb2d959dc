"""Samples become sightings in words, and what is noted follows how much there is."""

import pytest

from gslb.app.sampling import A_SECOND, Sampling, answers_by_region, place, sighting
from gslb.geo import Location
from gslb.image import CounterLabel, Sample, SampleKind, SampleWriter
from gslb.nameserver import Belief, View
from kit.clock import FakeClock
from kit.judging import REGIONAL
from kit.worlds import query, world


@pytest.fixture(scope="module")
def view():
    return View(world(REGIONAL), Belief())


def noted(clock, packet=None, weight=1, kind=SampleKind.CHANCE, sender=bytes((192, 0, 2, 7))):
    data = query("WWW.example.com", "A") if packet is None else packet
    return Sample(kind, int(clock() * 1e9), weight, sender, data)


def test_a_sample_is_told_in_words(view):
    found = sighting(noted(FakeClock(), weight=64), view)

    assert (found.name, found.rdtype, found.resolver, found.weight) == ("www.example.com.", "A", "192.0.2.7", 64)
    assert not found.traced


@pytest.mark.parametrize(
    "packet",
    [b"", b"\0" * 11, b"\xff" * 200, query("www.example.com", "A")[:30]],
    ids=["nothing", "no header", "noise", "cut in its name"],
)
def test_a_packet_that_is_none_is_told_too(view, packet):
    assert sighting(noted(FakeClock(), packet), view).resolver == "192.0.2.7"


def test_a_question_cut_behind_its_name_still_has_it(view):
    whole = query("www.example.com", "A", "198.51.100.0/24")

    assert sighting(noted(FakeClock(), whole[:-5]), view).name == "www.example.com."


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location(), "unknown"),
        (Location(continent="europe", country="DE", asn=64_500), "DE AS64500"),
        (Location(country="US", subdivision="US-CA"), "US-CA"),
        (Location(country="DE", networks=("office", "10.0.0.0/8")), "office DE"),
    ],
)
def test_a_place_is_a_few_words(location, text):
    assert place(location) == text


def test_what_is_noted_comes_out_on_top(tmp_path, view):
    clock = FakeClock()
    sampling = Sampling(tmp_path, traced=7, clock=clock)
    writer = SampleWriter(tmp_path, 0)
    sampling.look(view, 0, ())
    for _ in range(50):
        writer.note(noted(clock, weight=2))
    writer.note(noted(clock, kind=SampleKind.TRACED))
    clock.advance(1.0)
    sampling.look(view, 100, ())

    found = sampling.top(5)

    assert [(one["name"], one["type"], one["resolvers"]) for one in found["names"]] == [("www.example.com.", "A", 128)]
    assert found["names"][0]["rate"] == pytest.approx(100, rel=0.1)
    assert found["packets"] == 100
    assert [one["resolver"] for one in found["resolvers"]] == ["192.0.2.7"]


def test_a_busy_node_notes_a_smaller_part(tmp_path, view):
    clock = FakeClock()
    sampling = Sampling(tmp_path, traced=7, clock=clock)
    writer = SampleWriter(tmp_path, 0)
    sampling.look(view, 0, ())
    assert (writer.every, writer.traced) == (1, 7)

    clock.advance(1.0)
    sampling.look(view, 50 * A_SECOND, ())
    assert writer.every == 50

    clock.advance(100.0)
    sampling.look(view, 50 * A_SECOND, ())
    sampling.look(view, 50 * A_SECOND, ())
    assert writer.every == 1


def test_what_was_noted_before_anybody_looked_does_not_count(tmp_path, view):
    clock = FakeClock()
    SampleWriter(tmp_path, 0).note(noted(clock))
    clock.advance(3_600.0)
    sampling = Sampling(tmp_path, traced=0, clock=clock)
    sampling.look(view, 0, ())

    assert sampling.top(5)["names"] == []


def test_answers_are_counted_for_the_region_of_their_endpoint(view):
    labels = [
        CounterLabel("example.com.", "A", "NOERROR", "www.example.com.", "web/eu-west"),
        CounterLabel("example.com.", "A", "NOERROR", "www.example.com.", "web/us-east"),
        CounterLabel("example.com.", "A", "NOERROR", "www.example.com.", ""),
        CounterLabel("example.com.", "A", "NOERROR"),
    ]

    assert answers_by_region(view, [(labels, [5, 7, 11, 13]), (labels, [1, 0, 0, 0])]) == {"eu-west": 6, "us-east": 7}
