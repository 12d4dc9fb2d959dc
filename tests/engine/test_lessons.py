"""What is learned suits its zones, large or small, and stays over what leaves it as it is."""

from itertools import repeat

import pytest

from gslb.engine import lessons
from gslb.engine.batch import KEY_SLOT
from gslb.engine.hot import HotReplies
from gslb.engine.lessons import Lessons, LookedUp
from gslb.engine.tallies import Tallies
from gslb.image import EngineCounter
from kit.packets import A, opt, query
from kit.tables import small_world, tables_of


def known_of(folder, most_octets=1 << 20):
    tallies = Tallies(memoryview(bytearray(8 * EngineCounter.END)).cast("Q"))
    return Lessons(HotReplies(tallies, most_octets), tables_of(folder, small_world()), repeat(0), tallies)


def reply(known, packet):
    return known._hot.reply(packet[2:].ljust(KEY_SLOT - 2, b"\0"), len(packet))


@pytest.mark.parametrize("few", [0, 1_000])
def test_missing_names_are_told_from_existing_ones_in_small_and_large_zones(tmp_path, monkeypatch, few):
    monkeypatch.setattr(lessons, "FEW_NAMES", few)
    known = known_of(tmp_path)
    known.learn(query("missing.example.com", A, opt()))

    (below,) = known._hot.below.values()
    assert isinstance(below.present, frozenset if few else LookedUp)
    assert reply(known, query("another.example.com", A, opt())) is not None
    for name in ("www.example.com", "wild.example.com", "DEEP.example.com"):
        assert reply(known, query(name, A, opt())) is None


def test_names_of_a_zone_that_stays_are_held_over_a_refresh(tmp_path):
    known = known_of(tmp_path)
    zone = next(iter(known._tables.zones.values()))
    names = known._names_of(zone)
    known.refreshed()

    assert known._names_of(zone) is names


def test_an_entry_larger_than_the_bound_is_not_kept(tmp_path):
    known = known_of(tmp_path, 600)
    for _ in range(3):
        known.learn(query("www.example.com"))

    assert (known._hot.octets, known._hot.ready) == (0, {})


def test_when_it_is_full_it_starts_again(tmp_path):
    known = known_of(tmp_path, 3_000)
    sizes = []
    for rdtype in (1, 2, 5, 6, 15, 16, 28):
        known.learn(query("www.example.com", rdtype))
        sizes.append(len(known._hot.ready))
        assert len(known._hot.held) == len(known._hot.ready) == len(known._tallies._tallies)

    assert sizes == [1, 2, 2, 1, 2, 2, 1]
