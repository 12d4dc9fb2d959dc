"""One file: transactions within transactions, and reading what another writes."""

import pytest

from gslb.store import StoreError
from gslb.store.database import Database


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "gslb.db")
    yield opened
    opened.close()


def put(connection, key):
    connection.execute("INSERT INTO entries VALUES (?, x'00', 1)", (key,))


def keys(database):
    return [key for (key,) in database.read("SELECT key FROM entries ORDER BY key")]


def test_a_transaction_within_another_is_part_of_it(database):
    def both():
        with database.writing(durable=True) as outer:
            put(outer, "a")
            with database.writing() as inner:
                put(inner, "b")
            raise KeyError("on the way")

    with pytest.raises(KeyError):
        both()

    assert keys(database) == []


def test_what_another_process_writes_is_seen_at_the_next_look(tmp_path, database):
    reader = Database(tmp_path / "gslb.db", reading=True)
    assert keys(reader) == []
    with database.writing() as connection:
        put(connection, "a")

    assert keys(reader) == ["a"]
    reader.close()


def test_what_was_opened_for_reading_is_never_written(tmp_path, database):
    reader = Database(tmp_path / "gslb.db", reading=True)

    with pytest.raises(StoreError, match="opened for reading"), reader.writing():
        pass
    reader.close()


def test_a_file_to_be_read_must_be_there_and_of_today(tmp_path):
    with pytest.raises(StoreError, match="cannot open"):
        Database(tmp_path / "none.db", reading=True)
    assert not (tmp_path / "none.db").exists()

    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreError, match="older version"):
        Database(tmp_path / "empty.db", reading=True)


def test_a_file_that_its_writer_has_closed_is_read_and_followed(tmp_path, database):
    database.close()
    reader = Database(tmp_path / "gslb.db", reading=True)
    again = Database(tmp_path / "gslb.db")
    with again.writing() as connection:
        put(connection, "a")

    assert keys(reader) == ["a"]
    reader.close()
    again.close()
