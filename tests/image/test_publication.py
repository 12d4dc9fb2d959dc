"""A generation is published whole or not at all, and never a lower one after a higher."""

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gslb.image import Constant, Publication, PublishedZone, Publisher, PublishRefused, Tables, encode_plan, write_zone
from gslb.image.arena import arena_numbers, arena_path
from kit.tables import APEX, LABELS, address, small_world

SMALL = 2_048  # octets of an arena: full after a few generations, so that moving on is tested as often as staying
ROWS = 6


@pytest.fixture
def image(tmp_path):
    world = small_world(*[(Constant(address(0)), None)] * ROWS)
    return str(write_zone(tmp_path, APEX, world.zones[0].entries, LABELS * 4))


def generation(number, image, changing=ROWS):
    """A publication in which the last `changing` rows, and the state, say its number."""
    plans = [encode_plan(Constant(address(number % 256 if row >= ROWS - changing else 0))) for row in range(ROWS)]
    return Publication(
        1, number, number * 10, f"model-{number}", [PublishedZone(image, plans)], [], (b"state %d" % number,)
    )


def numbers_seen(tables):
    """Every number that a reader finds in a generation: one, if it is whole."""
    (zone,) = tables.zones[APEX].layers
    told = {tables.plan(zone, row).part(0).wire[-1] for row in range(ROWS)}
    return {tables.generation[1], tables.published_at // 10, int(tables.model[6:]), int(state(tables)[0][6:])}, told


def state(tables):
    """The parts of the state, as octets."""
    return [tables.part(reference) for reference in tables.state()]


def test_what_is_published_is_read(tmp_path, image):
    publisher = Publisher(tmp_path / "run")
    publisher.publish(generation(5, image))
    tables = Tables(tmp_path / "run")

    assert numbers_seen(tables) == ({5}, {5})
    assert publisher.generation == (1, 5)


@pytest.mark.parametrize(("epoch", "number"), [(1, 5), (1, 4), (0, 9)])
def test_an_older_generation_is_refused(tmp_path, image, epoch, number):
    publisher = Publisher(tmp_path / "run")
    publisher.publish(generation(5, image))

    with pytest.raises(PublishRefused, match="not newer"):
        publisher.publish(Publication(epoch, number, 0, ""))
    assert Tables(tmp_path / "run").generation == (1, 5)


def test_a_new_epoch_may_count_from_the_start(tmp_path):
    publisher = Publisher(tmp_path / "run")
    publisher.publish(Publication(1, 5, 0, ""))
    publisher.publish(Publication(2, 1, 0, ""))

    assert Tables(tmp_path / "run").generation == (2, 1)


def test_a_second_publisher_is_refused_while_the_first_lives(tmp_path):
    first = Publisher(tmp_path / "run")

    with pytest.raises(PublishRefused, match="another process publishes"):
        Publisher(tmp_path / "run")
    first.close()
    Publisher(tmp_path / "run").close()


def test_a_publisher_that_was_overtaken_is_refused(tmp_path, image):
    """As after a stop that outlasted its successor's start: whatever the lock says, the root word tells."""
    stale = Publisher(tmp_path / "run")
    stale.publish(generation(1, image))
    stale.close()
    Publisher(tmp_path / "run").publish(generation(2, image))

    with pytest.raises(PublishRefused, match="another process has published"):
        stale.publish(generation(3, image))
    assert numbers_seen(Tables(tmp_path / "run")) == ({2}, {2})


def test_a_digest_too_long_for_a_record_is_refused(tmp_path):
    with pytest.raises(ValueError, match="more than 64 octets"):
        Publisher(tmp_path / "run").publish(Publication(1, 1, 0, "x" * 65))


def test_a_change_writes_what_changed(tmp_path, image):
    publisher = Publisher(tmp_path / "run")
    publisher.publish(generation(1, image, changing=1))
    used = publisher._arena.used
    publisher.publish(generation(2, image, changing=1))

    one_plan = len(encode_plan(Constant(address(2))))
    assert (
        publisher._arena.used - used < one_plan + 8 * ROWS + 136 + 96
    )  # the state, where it is, and what blobs are padded to


def test_plans_that_come_back_are_not_written_again(tmp_path, image):
    publisher = Publisher(tmp_path / "run")
    for number in (1, 2, 3, 4):
        used = publisher._arena.used if publisher._arena else 0
        plans = generation(number % 2, image).zones
        publisher.publish(Publication(1, number, 0, "m", plans))

    assert publisher._arena.used - used < 8 * ROWS + 136 + 50


def test_generations_without_end_take_no_more_and_more_room(tmp_path, image):
    publisher = Publisher(tmp_path / "run", SMALL)
    tables = Tables(tmp_path / "run", 0)
    sizes = set()
    for number in range(1, 200):
        publisher.publish(generation(number, image, changing=number % ROWS + 1))
        tables.refresh()
        publisher.sweep()
        assert numbers_seen(tables)[0] == {number}
        sizes.add(sum(path.stat().st_size for path in (tmp_path / "run").glob("arena-*")))

    assert max(sizes) <= 8 * SMALL
    assert publisher._last_number > 20  # it did move on


def test_a_hundred_thousand_flips_leave_a_publisher_no_larger(tmp_path, image):
    """Counted, not timed: blobs known and arenas in use, while plans churn and come back, and while each is new."""
    publisher = Publisher(tmp_path / "run", 16 * SMALL)
    tables = Tables(tmp_path / "run", 0)
    plans = [[encode_plan(Constant(address(host))) for host in range(row, 250, ROWS)] for row in range(ROWS)]
    now = [some[0] for some in plans]
    known, octets = [], []
    for number in range(1, 100_001):
        row = number % ROWS
        now[row] = plans[row][number * 7 % len(plans[row])]
        state = (number.to_bytes(8),)  # never seen before
        publisher.publish(Publication(1, number, 0, "m", [PublishedZone(image, now)], [], state))
        if number % 100 == 0:
            tables.refresh()
            publisher.sweep()
            known.append(len(publisher._known))
            octets.append(sum(publisher._used.values()))

    assert max(known[100:]) <= 1.1 * max(known[:100])  # where it stands when it is counted differs
    assert max(octets) <= 4 * 16 * SMALL
    assert len(publisher._retired) <= 4
    assert len(arena_numbers(tmp_path / "run")) <= 8


CHANGES = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, 9), st.booleans()), max_size=4)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CHANGES, st.integers(ROWS - 1, ROWS + 1)), min_size=1, max_size=12))
def test_publishing_what_changed_shows_what_publishing_all_of_it_anew_shows(tmp_path_factory, image, steps):
    folder = tmp_path_factory.mktemp("run")
    publisher, tables = Publisher(folder / "on", 700), Tables(folder / "on", 0)
    now = [encode_plan(Constant(address(0)))] * (ROWS + 1)
    for number, (changes, rows) in enumerate(steps, 1):
        for row, host, absent in changes:
            now[row] = b"" if absent else encode_plan(Constant(address(host)))
        publication = Publication(
            1, number, number, "m", [PublishedZone(image, now[:rows])], [], (b"", *now[: len(changes)])
        )
        publisher.publish(publication)
        tables.refresh()
        anew = Publisher(folder / f"{number}")
        anew.publish(publication)
        scratch = Tables(folder / f"{number}")
        assert shown(tables) == shown(scratch) == ([*now[:rows]], [*filter(None, now[: len(changes)])])
        publisher.sweep()
        anew.close()
    publisher.close()


def shown(tables):
    """Each row's plan and each part of the state, as octets."""
    blobs = [bytes(tables._blobs.read(reference)) if reference else b"" for reference in tables._rows]
    return blobs, state(tables)


def test_arenas_wait_for_the_slowest_reader(tmp_path, image):
    publisher = Publisher(tmp_path / "run", SMALL)
    publisher.publish(generation(1, image))
    slow, quick = Tables(tmp_path / "run", 3), Tables(tmp_path / "run", 4)
    first = arena_numbers(tmp_path / "run")
    for number in range(2, 40):
        publisher.publish(generation(number, image))
        quick.refresh()

    assert first <= arena_numbers(tmp_path / "run")
    assert numbers_seen(slow) == ({1}, {1})
    slow.refresh()
    publisher.sweep()
    assert not first & arena_numbers(tmp_path / "run")


def test_a_reader_that_gave_its_slot_back_is_not_waited_for(tmp_path, image):
    publisher = Publisher(tmp_path / "run", SMALL)
    publisher.publish(generation(1, image))
    Tables(tmp_path / "run", 3).close()
    for number in range(2, 40):
        publisher.publish(generation(number, image))

    assert 1 not in arena_numbers(tmp_path / "run")


def test_slots_of_readers_that_never_came_back_are_not_waited_for_after_a_restart(tmp_path, image):
    """As when a node is started again with fewer workers."""
    publisher = Publisher(tmp_path / "run", SMALL)
    publisher.publish(generation(1, image))
    gone, alive = Tables(tmp_path / "run", 3), Tables(tmp_path / "run", 4)
    publisher.close()
    successor = Publisher(tmp_path / "run", SMALL)
    for number in range(2, 40):
        successor.publish(generation(number, image))
        alive.refresh()

    assert arena_numbers(tmp_path / "run") == set(successor._used)
    assert numbers_seen(gone) == ({1}, {1})  # what was mapped stays readable


def test_a_blob_larger_than_an_arena_gets_a_larger_arena(tmp_path, image):
    publisher = Publisher(tmp_path / "run", SMALL)
    for number in (1, 2):
        publisher.publish(Publication(1, number, 0, "m", [], [], (bytes([number]) * 100_000,)))

    assert state(Tables(tmp_path / "run")) == [b"\2" * 100_000]


@pytest.mark.parametrize("restarted", [False, True])
def test_of_the_state_only_the_parts_that_changed_are_written(tmp_path, image, restarted):
    publisher = Publisher(tmp_path / "run")
    parts = [bytes([number]) * 1_000 for number in range(20)]
    publisher.publish(Publication(1, 1, 0, "m", [], [], [b"", *parts]))
    before = Tables(tmp_path / "run").state()
    if restarted:
        publisher.close()
        publisher = Publisher(tmp_path / "run")
    used = publisher._arena.used
    publisher.publish(Publication(1, 2, 0, "m", [], [], [b"new" * 100, *parts]))
    tables = Tables(tmp_path / "run")

    assert publisher._arena.used - used < 300 + 8 * 21 + 136 + 50
    assert tables.state()[1:] == before
    assert state(tables) == [b"new" * 100, *parts]


def test_a_full_disk_refuses_a_generation_and_keeps_the_last(tmp_path, image, monkeypatch):
    publisher = Publisher(tmp_path / "run", SMALL)
    publisher.publish(generation(1, image))
    arena_path(tmp_path / "run", 2).mkdir()  # where the next arena would be written

    with pytest.raises(OSError, match="arena-2"):
        publisher.publish(Publication(1, 2, 0, "m", [], [], (bytes(10_000),)))
    arena_path(tmp_path / "run", 2).rmdir()
    tables = Tables(tmp_path / "run")
    assert numbers_seen(tables) == ({1}, {1})
    publisher.publish(generation(2, image))
    tables.refresh()
    assert numbers_seen(tables) == ({2}, {2})


def test_what_cannot_be_read_is_as_good_as_nothing(tmp_path, image):
    """As after a power cut that kept the root word and lost the arena."""
    publisher = Publisher(tmp_path / "run")
    publisher.publish(generation(7, image))
    publisher.close()
    (path,) = (tmp_path / "run").glob("arena-*")
    path.write_bytes(bytes(path.stat().st_size))
    successor = Publisher(tmp_path / "run")

    assert successor.generation == (0, 0)
    assert Tables(tmp_path / "run").generation == (0, 0)
    successor.publish(generation(1, image))
    assert numbers_seen(Tables(tmp_path / "run")) == ({1}, {1})


def test_a_root_word_that_leads_to_no_record_is_as_good_as_nothing(tmp_path, image):
    publisher = Publisher(tmp_path / "run")
    publisher.publish(generation(7, image))
    publisher._root[0] = publisher._arena.append(b"no record at all")
    publisher.close()

    assert Publisher(tmp_path / "run").generation == (0, 0)


# Killing the writer


def child(work):
    """Run `work` in a process of its own and return how that ended."""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return pid


def ended(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill_at_line(count):
    """From now on, die at the `count`th line that runs in the publisher or its arena."""
    left = count

    def trace(frame, event, _argument):
        nonlocal left
        if Path(frame.f_code.co_filename).name not in ("publication.py", "arena.py"):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


@pytest.mark.parametrize(
    ("size", "before", "arenas"),
    [
        pytest.param(65_536, 1, [1], id="in the same arena"),
        pytest.param(700, 1, [1, 2], id="on to a second arena"),
        pytest.param(900, 2, [2], id="moving to a fresh arena"),
    ],
)
def test_a_publisher_killed_at_any_line_leaves_a_whole_generation(tmp_path, image, size, before, arenas):
    """Every line is tried (those of a start once), with a reader looking on and a successor going on."""
    for line in range(10_000):
        folder = tmp_path / f"run-{line}"
        publisher = Publisher(folder, size)
        for number in range(1, before + 1):
            publisher.publish(generation(number, image))
        publisher.close()
        watching = Tables(folder, 0)

        def publish(folder=folder, line=line):
            if arenas == [1]:
                kill_at_line(line)
            publisher = Publisher(folder, size)
            if arenas != [1]:
                kill_at_line(line)
            publisher.publish(generation(before + 1, image))

        status = ended(child(publish))
        watching.refresh()
        (found,), told = numbers_seen(watching)
        assert told == {found}
        assert found in (before, before + 1)
        successor = Publisher(folder, size)
        assert successor.generation == (1, found)
        if status == 0:
            assert list(successor._used) == arenas
            assert line > 40
            return
        assert status == -signal.SIGKILL
        successor.publish(generation(found + 1, image))
        watching.refresh()
        assert numbers_seen(watching) == ({found + 1}, {found + 1})
        successor.close()
    pytest.fail("publishing takes more lines than thought")


def test_fifty_publishers_killed_at_random_moments_never_show_a_torn_or_lower_generation(tmp_path, image):
    chance = random.Random(9)
    folder = tmp_path / "run"
    Publisher(folder, SMALL).close()
    tables = Tables(folder, 0)
    highest = 0

    def publish_for_ever():
        publisher = Publisher(folder, SMALL)
        number = publisher.generation[1]
        while True:
            number += 1
            publisher.publish(generation(number, image, changing=number % ROWS + 1))

    for _ in range(50):
        pid = child(publish_for_ever)
        start = highest
        until = float("inf")
        while time.monotonic() < until:
            if tables.refresh():
                (found,), _ = numbers_seen(tables)
                assert found > highest
                highest = found
                until = min(until, time.monotonic() + chance.random() * 0.02)
        os.kill(pid, signal.SIGKILL)
        assert ended(pid) == -signal.SIGKILL
        assert highest > start
