"""A reply up to its scope is made once for each class and scope, and only kept where there is room."""

from itertools import repeat

import pytest

from gslb.engine.answer import look_up
from gslb.engine.near import Near, Split
from gslb.engine.steps import NO_PAGES, Steps
from gslb.engine.tallies import Tallies
from gslb.image import Body, Bucket, ByClass, Constant, Draw, EngineCounter, Places, Ranges, Scoping
from kit.packets import A, opt, query, subnet
from kit.tables import address, bucket_table, small_world, tables_of

MAP = Places("map", Ranges([0, 10 << 24], [0, 1]))
ONE, TWO = Constant(address(1)), Constant(address(2, 1))
ASKED = query("steer0.example.com", A, opt(options=subnet(bytes([10, 1, 7]), 24)))


def near_of(folder, selector, scoping, room=lambda octets: True):
    tables = tables_of(folder, small_world((selector, scoping), places=[MAP]))
    tallies = Tallies(memoryview(bytearray(8 * EngineCounter.END)).cast("Q"))
    steps = Steps(tables.places["map"]) if scoping.by_class else None
    return Near(look_up(tables, ASKED), steps, repeat(1 << 63), tallies, room)


def test_each_class_has_its_reply_and_scope(tmp_path):
    near = near_of(tmp_path, ByClass("map", (ONE, TWO)), Scoping(by_class=True))
    for network, last, scope in ((9 << 16, 1, 7), (10 << 16, 2, 7), (200 << 16, 2, 1)):
        octets, _ = next(near.choose(near.find(network)))
        assert address(last).wire in octets
        assert octets[-1] == scope
    assert len(near.choices) == 3


def test_what_everybody_is_told_is_found_nowhere(tmp_path):
    near = near_of(tmp_path, Draw(((1, ONE), (1, TWO))), Scoping())
    octets, _ = next(near.choose(near.find(9 << 16)))

    assert address(2).wire in octets
    assert (octets[-1], list(near.choices), near.pages) == (0, [0], NO_PAGES)


def test_buckets_stay_apart(tmp_path):
    near = near_of(tmp_path, Bucket(bucket_table([0, 1]), (ONE, TWO)), Scoping(by_prefix=True))
    choice = near.choose(0)

    assert isinstance(choice, Split)
    assert [next(part)[0][-1] for part in choice.parts] == [24, 24]


@pytest.mark.parametrize(
    "body", [Body(b"", 0x0400, name_length=99), address(1, 1_000)], ids=["other name", "no counter"]
)
def test_what_is_not_for_us_to_say_is_left(tmp_path, body):
    near = near_of(tmp_path, ByClass("map", (ONE, Constant(body))), Scoping(by_class=True))

    assert near.choose(near.find(10 << 16)) is None
    assert near.choose(near.find(9 << 16)) is not None


def test_without_room_it_is_made_each_time(tmp_path):
    near = near_of(tmp_path, ONE, Scoping(), lambda octets: False)

    assert next(near.choose(0))[0] == next(near.choose(0))[0]
    assert near.choices == {}
