"""What the disk does not take waits, and is written when it does; what waits is bounded."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from gslb.app import keeping as module
from gslb.app.keeping import Keeping
from gslb.control import Change, ChangeKind, Cleared, Effects
from gslb.health import Override, Standing, Verdict
from gslb.model import Check
from gslb.policy import Latch, Memory
from gslb.store import SqliteStore, StoreError

UP = Verdict(Check("ready", "web/eu", "192.0.2.1"), up=True, since=5.0, reason="200 OK")
WORD = Override("web/eu", Standing.OFF, "CHG-1", "ann", 7.0)


@pytest.fixture
def store(tmp_path):
    opened = SqliteStore(tmp_path / "gslb.db")
    yield opened
    opened.close()


@contextmanager
def full(store):
    """The disk has no room in the block."""
    connection = store._database.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    yield
    connection.execute("PRAGMA max_page_count = 1000000")


def told(number, size=0):
    return Change(float(number), ChangeKind.NOTIFIED, f"{number}{'x' * size}")


def subjects(store):
    return [one.change.subject for one in store.since(0)]


def test_what_a_step_changed_is_written_with_what_tells_of_it(store):
    keeping = Keeping(store)
    keeping.add(Effects(verdicts=(UP,), put=[WORD], changes=[told(1)], memory=Memory()), {WORD.path})

    assert keeping.write(10.0, 100.0) is False

    assert store.load_verdicts() == (UP,)
    assert store.load_overrides() == (WORD,)
    assert subjects(store) == ["1"]
    assert store.load_memory() is not None
    assert keeping.wake_at() == float("inf")


def test_a_word_that_came_back_in_the_same_step_stands(store):
    keeping = Keeping(store)
    keeping.add(Effects(put=[WORD], cleared=[Cleared(WORD.path, "bob")]), {WORD.path})
    keeping.write(10.0, 100.0)
    assert store.load_overrides() == (WORD,)

    keeping.add(Effects(cleared=[Cleared(WORD.path, "bob")]), set())
    keeping.write(11.0, 101.0)
    assert store.load_overrides() == ()


def test_what_the_disk_refused_is_tried_again_a_second_later_and_nothing_is_lost(store):
    keeping = Keeping(store)
    keeping.add(Effects(verdicts=(UP,), put=[WORD], changes=[told(1, 100_000)]), {WORD.path})
    with full(store):
        with pytest.raises(StoreError, match="full"):
            keeping.write(10.0, 100.0)
        assert (store.load_verdicts(), store.load_overrides(), store.since(0)) == ((), (), ())
        assert keeping.wake_at() == 11.0
    keeping.add(Effects(verdicts=(replace(UP, up=False),), changes=[told(2)]), {WORD.path})

    assert keeping.write(11.0, 101.0) is False

    assert store.load_verdicts() == (replace(UP, up=False),)
    assert store.load_overrides() == (WORD,)
    assert [one.change.at for one in store.since(0)] == [1.0, 2.0]


def test_what_waits_too_long_leaves_a_gap_that_is_told(store, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    keeping = Keeping(store)
    with full(store):
        for number in range(3):
            keeping.add(Effects(changes=[told(number, 100_000)]), set())
            with pytest.raises(StoreError):
                keeping.write(10.0 + number, 100.0)
        for number in range(3, 6):
            keeping.add(Effects(changes=[told(number, 100_000)]), set())

    assert keeping.write(20.0, 200.0) is True

    (gap,) = store.since(0)
    assert (gap.change.kind, gap.change.at, gap.change.data) == (ChangeKind.GAP, 200.0, {"since": 0.0})
    keeping.add(Effects(changes=[told(9)]), set())
    assert keeping.write(21.0, 201.0) is False
    assert len(store.since(0)) == 2


def test_memory_is_written_at_most_once_a_second_and_at_the_end(store):
    keeping = Keeping(store)
    keeping.add(Effects(memory=Memory()), set())
    keeping.write(10.0, 100.0)
    first = store.load_memory()
    keeping.add(Effects(memory=Memory({"www": Latch("web/us")})), set())

    keeping.write(10.5, 100.5)
    assert store.load_memory() == first
    assert keeping.wake_at() == 11.0

    keeping.finish(10.6, 100.6)
    assert store.load_memory() != first
