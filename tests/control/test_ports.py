"""The store that ships is what the loops ask for."""

import inspect

from gslb.control import Store
from gslb.store import SqliteStore


def test_sqlite_has_every_call_with_the_same_parameters(tmp_path):
    store = SqliteStore(tmp_path / "db")
    asked = {name: member for name, member in vars(Store).items() if callable(member) and not name.startswith("_")}

    assert asked
    for name, member in asked.items():
        wanted = list(inspect.signature(member).parameters)[1:]
        given = list(inspect.signature(getattr(store, name)).parameters)
        assert given[: len(wanted)] == wanted, name
    store.close()
