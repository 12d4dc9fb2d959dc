"""What was counted by reply arrives in the counters, once."""

from array import array

from gslb.engine.tallies import Tallies
from gslb.image import EngineCounter


def counters(count):
    return memoryview(array("Q", bytes(8 * count)))


def test_replies_are_counted_for_their_zone_and_by_kind():
    engine, zone = counters(EngineCounter.END), counters(4)
    tallies = Tallies(engine)
    plain = tallies.add(b"\x84\0", zone, 2)
    cut = tallies.add(b"\x86\3", zone, 3, b"own key")
    assert cut == b"own key"
    tallies.given.extend([plain, cut, plain, b"nobody's"])
    tallies.count()
    tallies.given.extend([plain, cut])
    tallies.taken_back.extend([plain, cut])
    for _ in range(2):  # the second time there is nothing left to write
        tallies.settle()

    assert list(zone) == [0, 0, 2, 1]
    told = {at: count for at, count in enumerate(engine) if count}
    assert told == {
        EngineCounter.ANSWERED_UDP: 2,
        EngineCounter.ANSWERED_UDP + 3: 1,
        EngineCounter.TRUNCATED: 1,
        EngineCounter.HOT: 3,
    }


def test_what_is_let_go_of_is_written_down_first():
    engine, zone = counters(EngineCounter.END), counters(1)
    tallies = Tallies(engine)
    key = tallies.add(b"\x84\0", zone, 0)
    tallies.given.append(key)
    tallies.clear()
    tallies.given.append(key)
    tallies.settle()

    assert list(zone) == [1]
