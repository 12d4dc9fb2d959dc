"""A state directory belongs to one node, and what cannot be read in it does not keep that node from starting."""

import os
import subprocess
import sys
import time

import pytest

from gslb.app import Folders
from gslb.app.state import Claim, Holder, claimed, discard, holder, mend, temporary
from gslb.control import assemble, build, save
from gslb.image import Entry, Forward, Publication, PublishedZone, Publisher, Rows, Tables, layout, write_zone
from gslb.model import Faults, Model


@pytest.fixture
def folders(tmp_path) -> Folders:
    found = Folders(tmp_path / "state")
    found.make()
    return found


def test_a_second_node_is_told_that_another_one_runs(folders):
    with claimed(folders), pytest.raises(Faults, match="another node runs in") as told, claimed(folders):
        pass
    assert "node: {state: PATH}" in str(told.value)


def test_a_claim_ends_with_its_block(folders):
    for _ in range(2):
        with claimed(folders):
            pass


def test_a_claim_ends_with_its_process(folders):
    script = (
        "import os, sys; from pathlib import Path; from gslb.app import Folders; from gslb.app.state import claimed\n"
    )
    script += "with claimed(Folders(Path(sys.argv[1]))): os._exit(0)"
    subprocess.run([sys.executable, "-c", script, str(folders.state)], check=True)

    with claimed(folders):
        pass


def test_who_holds_it_is_told_as_long_as_it_does(folders):
    assert holder(folders) is None
    with claimed(folders) as claim:
        assert holder(folders) == Holder(os.getpid())
        claim.say(Holder(7, 1, upgraded=True, words="upgraded"))
        assert holder(folders) == Holder(7, 1, upgraded=True, words="upgraded")
        claim.say(Holder(8))
        assert holder(folders) == Holder(8)
    assert holder(folders) is None


def test_long_words_are_cut_and_said_all_the_same(folders):
    with claimed(folders) as claim:
        claim.say(Holder(7, 1, words="\u00fc" * 10_000))
        found = holder(folders)

    assert found is not None
    assert (found.pid, found.upgrades, set(found.words)) == (7, 1, {"\u00fc"})


def test_what_was_said_takes_no_more_room_than_the_first_word(folders):
    """So it can be said on a full disk."""
    with claimed(folders) as claim:
        before = folders.lock.stat().st_blocks, folders.lock.stat().st_size
        claim.say(Holder(7, 1, words="x" * 500))

        assert (folders.lock.stat().st_blocks, folders.lock.stat().st_size) == before


def test_a_lock_file_of_an_older_release_tells_nothing(folders):
    with claimed(folders) as claim:
        os.truncate(claim.descriptor, 0)

        assert Claim(claim.descriptor).told() is None
        assert holder(folders) is None


def test_a_state_directory_that_cannot_be_made_is_a_fault_and_no_traceback(tmp_path):
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(Faults, match="cannot be the state directory: Not a directory"),
        claimed(Folders(tmp_path / "file/state")),
    ):
        pass


def publish(folders: Folders) -> None:
    publisher = Publisher(folders.run)
    publisher.publish(Publication(1, 1, 1, "m", state=(b"believed",)))
    publisher.close()


def test_tables_that_can_be_read_stay(folders):
    publish(folders)

    assert not mend(folders)
    assert Tables(folders.run).generation == (1, 1)


@pytest.mark.parametrize(
    "harm", [lambda path: path.write_bytes(b""), lambda path: path.unlink(), lambda path: path.write_bytes(bytes(99))]
)
def test_tables_that_cannot_be_read_go_and_the_images_with_them(folders, harm):
    publish(folders)
    folders.images.mkdir()
    for arena in folders.run.glob("arena-*"):
        harm(arena)

    assert mend(folders)
    assert Tables(folders.run).generation == (0, 0)
    assert not folders.images.exists()


def test_images_of_another_layout_go_so_that_they_are_made_anew(folders):
    """As after an upgrade of the program while the node was down."""
    folders.images.mkdir()
    path = write_zone(folders.images, b"\3org\0", [Entry(b"\3org\0", Rows({}, Forward()), Rows({}, Forward()))])
    publisher = Publisher(folders.run)
    publisher.publish(Publication(1, 1, 1, "m", [PublishedZone(str(path))]))
    publisher.close()
    assert not mend(folders)
    path.write_bytes(path.read_bytes().replace(b"GSLBZONE" + bytes([layout.VERSION]), b"GSLBZONE\1"))

    assert mend(folders)
    assert not folders.images.exists()


def test_nothing_to_mend_before_the_first_publication(folders):
    assert not mend(folders)


def test_a_snapshot_that_was_cut_short_is_discarded_and_a_whole_one_stays(folders):
    world = assemble(Model(), lambda path: "", 0.0).world
    built = save(build(world, folders.state), folders.state)
    cut = folders.snapshot("0" * 32)
    cut.write_bytes(b"half")

    discard(folders)

    assert folders.snapshot(built.digest).exists()
    assert not cut.exists()


def test_a_temporary_directory_is_gone_afterwards():
    with temporary() as folder:
        (folder / "file").write_text("")
    assert not folder.exists()


def test_what_a_killed_node_left_is_swept_by_the_next(monkeypatch, tmp_path):
    monkeypatch.setattr("gslb.app.state.MEMORY", str(tmp_path))
    old = time.time() - 3600
    left, used, fresh, foreign = (tmp_path / f"gslb-{name}" for name in ("left", "used", "fresh", "foreign"))
    for folder in (left, used, fresh):
        Folders(folder).make()
        Folders(folder).lock.touch()
    foreign.mkdir()
    (foreign / "file").touch()
    with claimed(Folders(used)):
        for folder in (left, used, foreign):
            os.utime(folder, (old, old))
        with temporary():
            assert [path.exists() for path in (left, used, fresh, foreign)] == [False, True, True, True]
