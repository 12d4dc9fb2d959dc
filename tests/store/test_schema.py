"""A file of any earlier version becomes one of today, with everything in it."""

import sqlite3

import pytest

from gslb.health import Override, Standing, Verdict
from gslb.model import Check
from gslb.store import Entry, SqliteStore
from gslb.store.schema import BY_VERSION, SCHEMA, upgrade


@pytest.fixture
def first_version(tmp_path):
    """A file as the release before wrote it."""
    path = tmp_path / "gslb.db"
    old = sqlite3.connect(path)
    old.executescript(f"PRAGMA journal_mode = WAL; BEGIN; {BY_VERSION[0]} PRAGMA user_version = 1; COMMIT;")
    old.execute("INSERT INTO verdicts VALUES ('ready', 'web/eu', '192.0.2.1', 0, 5.5, 'timeout')")
    old.execute("INSERT INTO overrides VALUES ('web/us', 'drain', 'CHG-1', 'ann', 10.0, NULL)")
    old.execute("INSERT INTO memory VALUES ('choices', x'00ff')")
    old.execute("INSERT INTO audit VALUES (1, 10.0, 'ann', 'web/us', 'drain', 'CHG-1')")
    old.commit()
    old.close()
    return path


def test_a_file_of_the_release_before_is_opened_with_all_that_it_held(first_version):
    store = SqliteStore(first_version)

    assert store.load_verdicts() == (
        Verdict(Check("ready", "web/eu", "192.0.2.1"), up=False, since=5.5, reason="timeout"),
    )
    assert store.load_overrides() == (Override("web/us", Standing.DRAIN, "CHG-1", "ann", 10.0),)
    assert store.read("choices") == (b"\x00\xff", 1)
    assert store.audit() == (Entry(10.0, "ann", "web/us", "drain", "CHG-1"),)
    assert store.since(0) == ()


def test_every_version_leads_to_the_same_tables(tmp_path):
    def tables(path):
        connection = sqlite3.connect(path)
        found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").fetchall()
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        connection.close()
        return found

    SqliteStore(tmp_path / "new.db").close()
    for version in range(1, SCHEMA):
        path = tmp_path / f"{version}.db"
        old = sqlite3.connect(path)
        old.executescript(f"BEGIN; {''.join(BY_VERSION[:version])} PRAGMA user_version = {version}; COMMIT;")
        old.close()
        SqliteStore(path).close()
        assert tables(path) == tables(tmp_path / "new.db")


def test_an_upgrade_that_fails_half_way_changes_nothing(first_version):
    connection = sqlite3.connect(first_version, isolation_level=None)
    broken = upgrade(1).replace("COMMIT;", "CREATE TABLE chronicle (x); COMMIT;")
    with pytest.raises(sqlite3.OperationalError):
        connection.executescript(broken)
    connection.close()

    store = SqliteStore(first_version)
    assert store.load_memory() == b"\x00\xff"
