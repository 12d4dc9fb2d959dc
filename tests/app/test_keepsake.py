"""What the control process learns is there again after a restart, and nothing breaks where it cannot be kept."""

import pytest

from gslb.app.folders import Folders
from gslb.app.keepsake import Keepsake, open_telemetry
from gslb.control import Journal


@pytest.fixture
def lines():
    return []


@pytest.fixture
def journal(lines):
    return Journal("control", write=lines.append)


def opened(path, journal):
    return open_telemetry(Folders(path), journal)


def test_what_was_saved_is_loaded_after_a_restart(tmp_path, journal):
    store = opened(tmp_path, journal)
    kept = Keepsake(store, "estimates", journal)
    assert kept.load() is None
    assert kept.save(b"one")
    assert kept.save(b"two")
    store.close()

    assert Keepsake(opened(tmp_path, journal), "estimates", journal).load() == b"two"


def test_a_value_that_an_older_process_wrote_meanwhile_is_written_over(tmp_path, journal):
    store = opened(tmp_path, journal)
    older, newer = Keepsake(store, "demand", journal), Keepsake(store, "demand", journal)
    newer.load()
    older.save(b"old")

    assert newer.save(b"new")
    assert store.read("demand") == (b"new", 2)


def test_where_nothing_can_be_opened_it_is_told_and_nothing_is_kept(tmp_path, journal, lines):
    store = opened(tmp_path / "nowhere", journal)

    assert store is None
    assert "cannot open" in lines[0]
    assert not Keepsake(store, "demand", journal).save(b"x")
    assert Keepsake(store, "demand", journal).load() is None


def test_a_write_that_fails_is_told_and_does_no_harm(tmp_path, journal, lines):
    store = opened(tmp_path, journal)
    kept = Keepsake(store, "demand", journal)
    store.close()

    assert not kept.save(b"x")
    assert "store_failed" in lines[0]
