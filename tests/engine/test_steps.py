"""Pages say what the class map says, whichever /24 or /56 is asked for, and take a bounded number of octets."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.engine import steps
from gslb.engine.steps import UNKNOWN, Steps
from gslb.image import PlaceImage, Places, Ranges, write_places
from kit.tables import class_maps


@settings(max_examples=50)
@given(class_maps(), st.lists(st.integers(0, (1 << 24) - 1) | st.integers(0, 600), max_size=8), st.integers(0, 1 << 56))
def test_a_pair_is_what_the_map_finds(places, networks, network6):
    with TemporaryDirectory() as folder:
        image = PlaceImage(write_places(Path(folder), places))
        held = Steps(image)
        for network in (*networks, *networks):
            assert held.pairs[held.v4(network)] == image.find_v4(network << 8)
            assert held.pairs[held.pages[network >> 8][network & 255]] == image.find_v4(network << 8)
        for first in {network >> 8 for network in networks}:
            for third, number in enumerate(held.pages[first]):
                assert number == UNKNOWN or held.pairs[number] == image.find_v4(first << 16 | third << 8)
        network6 &= (1 << 56) - 1
        assert held.pairs[held.v6(network6)] == image.find_v6(network6 << 8)


def test_more_pairs_than_fit_into_octets(tmp_path):
    starts = [number << 8 for number in range(600)]
    image = PlaceImage(write_places(tmp_path, Places("map", Ranges(starts, list(range(600))))))
    held = Steps(image)

    assert [held.pairs[held.v4(network)][0] for network in range(600)] == list(range(600))


def test_without_room_for_pages_the_answer_is_the_same(tmp_path, monkeypatch):
    image = PlaceImage(write_places(tmp_path, Places("map", Ranges([0, 0x500, 0x1234500], [0, 1, 2]))))
    monkeypatch.setattr(steps, "MOST_OCTETS", 256)
    held = Steps(image)
    networks = (5, 4, 0x12345, 0x12344)
    for _ in range(2):
        assert [held.pairs[held.v4(network)] for network in networks] == [
            image.find_v4(network << 8) for network in networks
        ]
    assert [first for first in range(1 << 16) if any(held.pages[first])] == [0]
    assert held.octets == 256


def test_pages_of_a_single_pair_are_one(tmp_path):
    image = PlaceImage(write_places(tmp_path, Places("map", Ranges([0, 10 << 24], [0, 1]))))
    held = Steps(image)
    for second in range(128, 256):
        held.v4(10 << 16 | second << 8)

    assert len({id(page) for page in held.pages[0x0A80:0x0B00]}) == 1
    assert all(held.pages[0x0A80])
    assert held.octets == 0


@settings(max_examples=20)
@given(class_maps(), st.sets(st.integers(0, (1 << 24) - 1), max_size=4))
def test_filled_in_order_pages_say_the_same(places, networks):
    with TemporaryDirectory() as folder:
        image = PlaceImage(write_places(Path(folder), places))
        held = Steps(image)
        for network in networks:
            held.v4(network)
        assert held.fill()
        firsts = {*range(steps.PAGES_AT_ONCE), *(network >> 8 for network in networks)}
        told = {first << 8 | third: held.pages[first][third] for first in firsts for third in range(256)}
        assert {held.pairs[number] for number in told.values() if number} <= {
            image.find_v4(network << 8) for network in told
        }
        for network in (at for at, number in told.items() if number):
            assert held.pairs[told[network]] == image.find_v4(network << 8)
        assert all(number for network, number in told.items() if network >> 8 < steps.PAGES_AT_ONCE)


def test_filling_ends(tmp_path, monkeypatch):
    image = PlaceImage(write_places(tmp_path, Places("map", Ranges([0, 0x500, 0x1234500], [0, 1, 2]))))
    held = Steps(image)
    turns = 1
    while held.fill():
        turns += 1

    assert turns == 65_536 // steps.PAGES_AT_ONCE
    assert all(map(any, held.pages))
    monkeypatch.setattr(steps, "MOST_OCTETS", 1)
    crowded = Steps(image)
    assert not crowded.fill()
