"""Where a node keeps things, and which snapshot it uses."""

from pathlib import Path

import pytest

from gslb.app import Folders, state_folder


@pytest.mark.parametrize(
    ("written", "environment", "root", "expected"),
    [
        ("/srv/gslb", {"STATE_DIRECTORY": "/var/lib/other"}, True, "/srv/gslb"),
        (None, {"STATE_DIRECTORY": "/var/lib/one", "HOME": "/home/ann"}, False, "/var/lib/one"),
        (None, {"STATE_DIRECTORY": "/var/lib/one:/var/lib/two"}, True, "/var/lib/one"),
        (None, {"HOME": "/root"}, True, "/var/lib/gslb"),
        (None, {"HOME": "/home/ann", "XDG_STATE_HOME": "/data"}, False, "/data/gslb"),
        (None, {"HOME": "/home/ann", "XDG_STATE_HOME": ""}, False, "/home/ann/.local/state/gslb"),
        (None, {}, False, "/.local/state/gslb"),
    ],
)
def test_the_state_directory_is_the_written_one_or_the_service_managers_or_the_usual_place(
    written, environment, root, expected
):
    assert state_folder(written, environment, root) == Path(expected)


def test_everything_has_a_place_of_its_own_inside_the_state_directory(tmp_path):
    folders = Folders(tmp_path)
    names = [name for name, found in vars(Folders).items() if isinstance(found, property)]
    paths = {getattr(folders, name) for name in names} | {folders.snapshot("d1"), folders.snapshot("d2")}

    assert len(paths) == len(names) + 2
    assert all(tmp_path in path.parents for path in paths)


def test_only_the_owner_may_enter_what_is_made_and_making_it_again_changes_nothing(tmp_path):
    folders = Folders(tmp_path / "deep" / "state")
    folders.make()
    (folders.run / "file").touch()
    folders.make()

    assert {path.stat().st_mode & 0o777 for path in (folders.state, folders.run, folders.cache)} == {0o700}
    assert (folders.run / "file").exists()


def test_the_snapshot_adopted_last_is_in_use_and_no_draft_is_left(tmp_path):
    folders = Folders(tmp_path)
    with pytest.raises(FileNotFoundError):
        folders.adopted()
    for digest in ("first", "second"):
        folders.adopt(digest)
        assert folders.adopted() == digest

    assert list(tmp_path.iterdir()) == [folders.current]
