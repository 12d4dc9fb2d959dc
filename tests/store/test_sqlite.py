import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from gslb.control import Change, ChangeKind
from gslb.control.ports import Store
from gslb.health import Override, Standing, Verdict
from gslb.model import Check
from gslb.store import Entry, SqliteStore, StoreError
from gslb.store.schema import SCHEMA
from kit.disk import TROUBLES, Disk

CHECK = Check("ready", "web/eu", "192.0.2.10")
UP = Verdict(CHECK, up=True, since=1_700_000_000.25, reason="200 OK in 41 ms", horizon=5.0, votes=(2, 1))
DOWN = Verdict(Check("db"), up=False, since=2.0, reason="no heartbeat for 35 s")
DRAIN = Override("web/eu", Standing.DRAIN, "CHG-4711", "ann", at=10.0, expires=7_210.0)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "gslb.db"


@pytest.fixture
def store(path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path)
    yield opened
    opened.close()


def again(store: SqliteStore, path: Path) -> SqliteStore:
    """The store after a restart."""
    store.close()
    return SqliteStore(path)


def test_it_is_the_store_that_the_judge_asks_for(store):
    asked: Store = store

    assert asked.load_memory() is None


def test_a_new_store_holds_nothing(store):
    assert (store.load_verdicts(), store.load_overrides(), store.audit(), store.load_memory()) == ((), (), (), None)


def test_verdicts_come_back_as_they_were_believed_and_without_what_only_a_running_judge_knows(store, path):
    store.save_verdicts([UP, DOWN])

    back = again(store, path).load_verdicts()

    assert set(back) == {Verdict(UP.check, UP.up, UP.since, UP.reason), DOWN}


def test_a_verdict_takes_the_place_of_the_one_before_and_the_forgotten_go(store):
    store.save_verdicts([UP, DOWN])

    store.save_verdicts([replace(UP, up=False, since=9.0, reason="refused")], forgotten=[DOWN.check])

    assert store.load_verdicts() == (Verdict(CHECK, up=False, since=9.0, reason="refused"),)

    held = Verdict(CHECK, up=False, since=9.0, reason="held back", held=True)
    store.save_verdicts([held])
    assert store.load_verdicts() == (held,)


def test_what_is_not_known_is_not_stored(store):
    store.save_verdicts([replace(UP, known=False)])

    assert store.load_verdicts() == ()


def test_a_save_is_all_or_nothing(store):
    store.save_verdicts([UP])

    with pytest.raises(StoreError):
        store.save_verdicts([replace(UP, since=5.0), replace(DOWN, reason=None)])  # type: ignore[arg-type]

    assert store.load_verdicts()[0].since == UP.since


def test_an_override_comes_back_and_is_written_down_with_who_and_why(store, path):
    store.put_override(DRAIN)
    store.put_override(replace(DRAIN, standing=Standing.OFF, reason="INC-902", author="bob", at=20.0, expires=None))
    store = again(store, path)

    assert store.load_overrides() == (Override("web/eu", Standing.OFF, "INC-902", "bob", 20.0, None),)
    store.clear_override("web/eu", "ann", 30.0)
    store.clear_override("web/us", "ann", 31.0)
    assert store.load_overrides() == ()
    assert store.audit() == (
        Entry(30.0, "ann", "web/eu", "auto", ""),
        Entry(20.0, "bob", "web/eu", "off", "INC-902"),
        Entry(10.0, "ann", "web/eu", "drain", "CHG-4711"),
    )
    assert store.audit(limit=1) == (Entry(30.0, "ann", "web/eu", "auto", ""),)


def test_an_override_whose_audit_cannot_be_written_is_not_put(store, path):
    breaker = sqlite3.connect(path)
    breaker.execute("DROP TABLE audit")
    breaker.close()

    with pytest.raises(StoreError, match="audit"):
        store.put_override(DRAIN)
    assert store.load_overrides() == ()


def test_memory_comes_back_by_key(store, path):
    store.save_memory(b"\x00latched")
    store.save_memory(b"other", key="tuning")
    store.save_memory(b"\x00again")

    store = again(store, path)

    assert (store.load_memory(), store.load_memory("tuning")) == (b"\x00again", b"other")


def test_the_folder_must_be_there_and_the_error_names_the_file(tmp_path):
    with pytest.raises(StoreError, match=r"cannot open .*nowhere/gslb\.db"):
        SqliteStore(tmp_path / "nowhere" / "gslb.db")


def test_a_file_that_is_no_database_is_refused_with_what_to_do(path):
    path.write_bytes(b"not a database at all, but long enough to be looked at as if it were one" * 20)

    with pytest.raises(StoreError, match="move it away"):
        SqliteStore(path)


def test_a_file_of_a_newer_version_is_left_alone(store, path):
    store.close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    newer.close()

    with pytest.raises(StoreError, match="newer version"):
        SqliteStore(path)


def test_a_full_disk_is_refused_clearly_and_room_again_is_enough(store):
    store.save_verdicts([UP])
    (pages,) = store._database.connection.execute("PRAGMA page_count").fetchone()
    store._database.connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreError, match="full"):
        store.save_memory(b"x" * 100_000)
    assert store.load_verdicts()[0].check == CHECK

    store._database.connection.execute("PRAGMA max_page_count = 1000000")
    store.save_memory(b"x" * 100_000)
    assert store.load_memory() == b"x" * 100_000


def run(script: str, *arguments: object) -> str:
    """A script in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", dedent(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_a_file_that_may_not_grow_is_refused_clearly_and_recovers(path):
    said = run(
        """
        import resource, sys
        from pathlib import Path
        from gslb.store import SqliteStore, StoreError
        store = SqliteStore(Path(sys.argv[1]))
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
        try:
            store.save_memory(b"x" * 200_000)
        except StoreError as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        store.save_memory(b"y" * 200_000)
        print(len(store.load_memory()))
        """,
        path,
    )

    assert "cannot write" in said
    assert said.endswith("200000\n")


@pytest.mark.parametrize("killed", [False, True])
def test_a_file_that_cannot_be_written_is_read_all_the_same_and_says_so(killed):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = SqliteStore(folder / "gslb.db")
        store.save_verdicts([UP])
        if not killed:
            store.close()
        (folder / "gslb.db").chmod(0o444)
        folder.chmod(0o555)
        try:
            said = run(
                """
                import os, sys
                from pathlib import Path
                from gslb.health import Verdict
                from gslb.model import Check
                from gslb.store import SqliteStore, StoreError
                if os.geteuid() == 0:
                    os.setuid(65534)
                store = SqliteStore(Path(sys.argv[1]))
                print(len(store.load_verdicts()))
                for _ in range(2):
                    try:
                        store.save_memory(b"x")
                    except StoreError as error:
                        print(error)
                store.close()
                """,
                folder / "gslb.db",
            )
            lines = said.splitlines()
            assert lines[0] == "1"
            assert len(lines) == 3
            assert all("cannot write" in line for line in lines[1:])
        finally:
            folder.chmod(0o755)
            store.close()


def test_a_file_that_could_not_be_written_is_written_once_it_can():
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), Path(name) / "gslb.db"
        SqliteStore(file).close()
        file.chmod(0o444)
        folder.chmod(0o555)
        script = """
            import os, sys
            from pathlib import Path
            from gslb.store import SqliteStore, StoreError
            if os.geteuid() == 0:
                os.setuid(65534)
            store = SqliteStore(Path(sys.argv[1]))
            try:
                store.save_memory(b"early")
            except StoreError:
                print("refused", flush=True)
            sys.stdin.readline()
            store.save_memory(b"late")
            print(store.load_memory().decode(), flush=True)
            store.close()
            """
        with subprocess.Popen(
            [sys.executable, "-c", dedent(script), str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout.readline() == "refused\n"
            folder.chmod(0o777)
            file.chmod(0o666)
            said, _ = child.communicate("go on\n", timeout=60)
        assert said == "late\n"


WRITER = """
import os, sys
from pathlib import Path
from gslb.control import Change, ChangeKind
from gslb.health import Override, Standing, Verdict
from gslb.model import Check
from gslb.store import SqliteStore

def write(number):
    while True:
        number += 1
        verdicts = [Verdict(Check("m", f"web/{n}", "a"), up=True, since=number, reason="x" * 50) for n in range(40)]
        with store.together(durable=True):
            store.save_verdicts(verdicts)
            store.put_override(Override("web", Standing.OFF, "why", "ann", at=number))
            store.save_memory(b"%d" % number * 500)
            store.record(Change(number, ChangeKind.VERDICT, f"check {n}") for n in range(3))
        os.write(1, b"%d\\n" % number)

for line in sys.stdin:  # one writer after the other, each a process of its own that need not load anything
    child = os.fork()
    if not child:
        store = SqliteStore(Path(sys.argv[1]))
        print(os.getpid(), flush=True)
        write(int(line))
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
KILLS = 200


def killed_once(writers, written, pick):
    """A writer that goes on from round `written` is killed somewhere in a round; the last round it told of."""
    writers.stdin.write(f"{written}\n")
    writers.stdin.flush()
    writer = int(writers.stdout.readline())
    for _ in range(pick.randint(0, 5)):
        written = int(writers.stdout.readline())
    moment = time.perf_counter() + pick.random() * 0.008
    while time.perf_counter() < moment:
        pass  # so that the kill falls anywhere in the next round
    os.kill(writer, signal.SIGKILL)
    for line in iter(writers.stdout.readline, "ended\n"):
        written = int(line)
    return written


def test_two_hundred_kills_in_the_middle_of_writing_leave_two_hundred_clean_starts(path, record_property):
    pick = random.Random(7)
    written = torn = 0
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writers:
        for _ in range(KILLS):
            told = killed_once(writers, written, pick)
            store = SqliteStore(path)
            if store.last_number():
                rounds = {verdict.since for verdict in store.load_verdicts()}
                (override,) = store.load_overrides()
                written = int(override.at)
                assert len(store.load_verdicts()) == 40
                assert rounds == {written}
                assert store.load_memory() == b"%d" % written * 500
                assert store.audit(limit=1)[0].at == written
                assert store.last_number() == 3 * written
                assert {one.change.at for one in store.latest()} == {written}
            torn += written > told
            assert told <= written <= told + 1
            assert store._database.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            store.close()
        writers.stdin.close()
    said = f"{KILLS} kills over {written} rounds, {torn} between a commit and its word"
    print(said)
    record_property("kills", said)
    assert written > KILLS


BROKEN = """
import sys
from pathlib import Path
from gslb.control import Change, ChangeKind
from gslb.store import SqliteStore, StoreError
store = SqliteStore(Path(sys.argv[1]))
for line in sys.stdin:
    try:
        with store.together(durable=True):
            store.save_memory(line.encode() * 1000)
            store.record([Change(1.0, ChangeKind.NOTIFIED, line.strip())])
        print("kept", flush=True)
    except StoreError as error:
        print("refused:", error, flush=True)
"""


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_disk_that_breaks_refuses_clearly_and_is_written_again_once_it_is_mended(path, tmp_path, trouble):
    disk = Disk(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", BROKEN, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | disk.environment,
    ) as child:

        def said(word):
            child.stdin.write(f"{word}\n")
            child.stdin.flush()
            return child.stdout.readline().strip()

        assert said("one") == "kept"
        disk.breaks(TROUBLES[trouble])
        for _ in range(3):
            assert said("two").startswith(f"refused: cannot write {path}: ")
        reader = SqliteStore(path, reading=True)
        assert reader.load_memory() == b"one\n" * 1000
        disk.mends()
        assert said("three") == "kept"
        assert [one.change.subject for one in reader.since(0)] == ["one", "three"]
        reader.close()
        child.stdin.close()


def test_a_path_with_odd_characters_is_opened(tmp_path):
    odd = tmp_path / "odd ?#%20 name"
    odd.mkdir()

    store = SqliteStore(odd / "gslb.db")
    store.save_memory(b"x")
    store.close()

    assert [file.name for file in odd.iterdir()] == ["gslb.db"]


def test_a_value_is_swapped_only_by_who_knows_what_stands_there(store, path):
    assert store.read("estimates") == (None, 0)
    first = store.compare_and_swap("estimates", b"one", 0)
    assert store.compare_and_swap("estimates", b"late", 0) is None
    second = store.compare_and_swap("estimates", b"two", first)
    store = again(store, path)

    assert store.read("estimates") == (b"two", second)
    assert second > first > 0


def test_a_watch_tells_what_was_put_since_and_what_was_taken_away(store):
    one = store.compare_and_swap("a", b"1", 0)
    two = store.compare_and_swap("b", b"2", 0)
    assert store.watch(0) == (("a", b"1", one), ("b", b"2", two))
    three = store.compare_and_swap("a", None, one)

    assert store.watch(two) == (("a", None, three),)
    assert store.watch(three) == ()
    assert store.compare_and_swap("a", b"3", 0) is None


def told(at, kind=ChangeKind.NOTIFIED, subject="pager", data=None):
    return Change(float(at), kind, subject, "ann", {} if data is None else data)


def test_changes_are_numbered_in_the_order_in_which_they_came(store, path):
    store.record([told(1), told(2, ChangeKind.CONTROL, "web/eu", {"on": True})])
    store.record([told(3)])
    store = again(store, path)

    assert [(one.number, one.change) for one in store.since(0)] == [
        (1, told(1)),
        (2, told(2, ChangeKind.CONTROL, "web/eu", {"on": True})),
        (3, told(3)),
    ]
    assert [one.number for one in store.since(1)] == [2, 3]
    assert [one.number for one in store.since(0, limit=2)] == [1, 2]
    assert [one.number for one in store.since(0, kinds=[ChangeKind.CONTROL])] == [2]
    assert store.last_number() == 3


def test_the_latest_of_each_state_is_found_as_it_was_at_any_number(store):
    store.record([told(1, ChangeKind.CONTROL, "a"), told(2, ChangeKind.CONTROL, "b"), told(3, ChangeKind.CONTROL, "a")])

    assert [one.number for one in store.latest()] == [2, 3]
    assert [one.number for one in store.latest(until=2)] == [1, 2]
    assert store.last_before(2.5, [ChangeKind.CONTROL]).number == 2
    assert store.last_before(0.5, [ChangeKind.CONTROL]) is None


def test_old_changes_go_but_not_what_was_still_true_then(tmp_path):
    store = SqliteStore(tmp_path / "small.db", rows=1_000)
    store.record([told(0, ChangeKind.CONTROL, "lasting"), told(0, ChangeKind.CONTROL, "gone")])
    store.record([Change(0.0, ChangeKind.CONTROL, "gone", "ann", None)])
    store.record([told(1, ChangeKind.EVIDENCE, f"check {n}") for n in range(500)])
    for _ in range(5):
        store.record([told(2) for _ in range(1_000)])

    kept = store.since(0, limit=10_000)
    assert [one.change.subject for one in kept if one.change.kind is ChangeKind.CONTROL] == ["lasting"]
    assert sum(one.change.kind is ChangeKind.EVIDENCE for one in kept) == 500
    assert sum(one.change.kind is ChangeKind.NOTIFIED for one in kept) == 1_000
    store.close()


def test_what_is_gone_does_not_come_back_when_its_end_is_pruned(tmp_path):
    store = SqliteStore(tmp_path / "small.db", rows=500)
    gone = [told(n, ChangeKind.EVIDENCE, f"check {n}") for n in range(400)]
    store.record(gone)
    store.record([Change(400.0, ChangeKind.VERDICT, one.subject, "", None) for one in gone])
    for _ in range(4):
        store.record([told(500) for _ in range(1_000)])
        assert all(one.change.data is None for one in store.latest())
    store.record([told(500, ChangeKind.EVIDENCE, "another") for _ in range(1_000)])
    for _ in range(2):
        store.record([told(500) for _ in range(1_000)])

    assert [one.change.subject for one in store.latest()] == ["another"]
    store.close()


def test_kinds_of_a_newer_release_are_passed_over(store):
    store.record([told(1), told(2, ChangeKind.CONTROL, "a")])
    store._database.connection.execute("UPDATE chronicle SET kind = 'mood' WHERE number = 2")

    assert [one.number for one in store.since(0)] == [1]
    assert store.latest() == ()


def test_changes_go_when_they_are_too_old(tmp_path):
    store = SqliteStore(tmp_path / "small.db", days=1)
    store.record([told(n) for n in range(100)])
    store.record([told(2 * 86_400 + n) for n in range(1_000)])

    assert len(store.since(0, limit=10_000)) == 1_000
    store.close()


def test_what_is_kept_together_is_kept_as_a_whole_or_not_at_all(store):
    def interrupted():
        with store.together():
            store.save_verdicts([UP])
            store.record([told(1)])
            raise KeyError("on the way")

    with pytest.raises(KeyError):
        interrupted()

    assert (store.load_verdicts(), store.since(0)) == ((), ())


def test_another_process_follows_the_chronicle_by_number(store, path):
    reader = SqliteStore(path, reading=True)
    store.record([told(1)])
    assert [one.number for one in reader.since(0)] == [1]
    store.record([told(2)])

    assert [one.number for one in reader.since(1)] == [2]
    with pytest.raises(StoreError, match="reading"):
        reader.record([told(3)])
    reader.close()


def test_a_planned_word_comes_back_whole(tmp_path):
    plan = Override("web", Standing.DRAIN, "CHG-1", "ann", 10.0, 90.0, "d-17", 20.0, 5.0, 6.0, 7.0, forced=True)
    store = SqliteStore(tmp_path / "gslb.db")
    store.put_override(plan)

    assert store.load_overrides() == (plan,)
