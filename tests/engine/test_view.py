"""The compiled engine's view follows the tables from one generation to the next."""

import gc
from itertools import count

import pytest

from gslb.engine import NoAnswer
from gslb.engine.compiled import CompiledAnswers
from gslb.engine.library import open_library
from gslb.engine.view import FlatView
from gslb.image import ByClass, Constant, ImageError, Places, Publisher, Ranges, Scoping, Tables
from gslb.image.layout import ZONE_HEADER, ZoneHeader
from kit.packets import query, read
from kit.tables import address, publish, small_world

SENDER = bytes([10, 1, 2, 3])
STEERED, STATIC = query("steer0.example.com"), query("www.example.com")


def plan(last):
    return Constant(address(last)), Scoping()


class Site:
    """A publisher, the tables of one reader, and its compiled answers."""

    def __init__(self, folder):
        self.folder = folder
        self.publisher = Publisher(folder / "run", 1 << 12)
        self.generations = count(1)
        self.tables = Tables(folder / "run", 0)
        self.answers = CompiledAnswers(self.tables)

    def publish(self, *plans, places=()):
        publish(self.folder, small_world(*plans, places=places), next(self.generations), self.publisher)
        self.tables.refresh()

    def ask(self, packet):
        return self.answers.answer(packet, SENDER, 0)

    def last(self, packet):
        return read(self.ask(packet), packet).records[-1]


@pytest.fixture
def site(tmp_path):
    here = Site(tmp_path)
    yield here
    here.publisher.close()


def test_before_the_first_publication_nobody_is_answered(site):
    assert site.ask(STATIC) is NoAnswer.FORWARD
    site.publish()
    assert site.last(STATIC) == 1


def test_a_new_plan_is_answered_at_once(site):
    for last in (1, 2, 3):
        site.publish(plan(last))
        assert site.last(STEERED) == last


def test_another_image_of_a_zone_takes_the_place_of_the_first(site):
    site.publish()
    assert read(site.ask(STEERED), STEERED).flags & 15 == 3
    site.publish(plan(7), plan(8))
    assert (site.last(STEERED), site.last(query("steer1.example.com"))) == (7, 8)
    site.publish(plan(9))
    assert read(site.ask(query("steer1.example.com")), query("steer1.example.com")).flags & 15 == 3


def test_another_class_map_takes_the_place_of_the_first(site):
    parts = ByClass("map", (Constant(address(1)), Constant(address(2)))), Scoping(by_class=True)
    for digest, class_ in (("map", 1), ("other", 0)):
        places = Places(digest, Ranges([0, 10 << 24], [0, class_]))
        site.publish((ByClass(digest, parts[0].parts), parts[1]), places=[places])
        assert site.last(STEERED) == class_ + 1


def test_hundreds_of_generations_leave_no_arena_behind_that_is_still_read(site):
    for generation in range(400):
        site.publish(plan(generation % 200 + 1))
        if generation % 50 == 0:
            gc.collect()
        assert site.last(STEERED) == generation % 200 + 1
    assert len(site.tables.arenas()) < 20


def test_a_look_at_the_same_tables_costs_nothing(site):
    site.publish(plan(1))
    site.ask(STATIC)
    before = site.answers.view.address
    site.tables.refresh()
    site.answers.view.refresh()

    assert site.answers.view.address == before


def test_a_damaged_plan_is_left_to_the_responder_and_the_rest_is_answered(site):
    site.publish(plan(1), plan(2))
    (arena,) = (site.folder / "run").glob("arena-*")
    octets = arena.read_bytes()
    at = octets.index(address(2).wire)
    with arena.open("r+b") as file:
        file.seek(at)
        file.write(b"\0")

    assert site.ask(query("steer1.example.com")) is NoAnswer.FORWARD
    assert (site.last(STEERED), site.last(STATIC)) == (1, 1)


@pytest.mark.parametrize("member", ["slots", "slots_at", "entries_at", "bodies_at", "apex", "labels_at"])
def test_an_image_whose_parts_lie_outside_is_not_used(site, member):
    site.publish(plan(1))
    assert site.last(STATIC) == 1
    (image,) = site.folder.glob("zone-*")
    octets = image.read_bytes()
    header = ZoneHeader._make(ZONE_HEADER.unpack_from(octets))
    bent = ZONE_HEADER.pack(*header._replace(**{member: getattr(header, member) + (1 << 20) + 4}))
    image.unlink()
    image.write_bytes(bent + octets[len(bent) :])

    with pytest.raises(ImageError, match="damaged"):
        FlatView(open_library(), Tables(site.folder / "run"))
    assert site.last(STATIC) == 1
