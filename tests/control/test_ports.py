"""What the loops ask of the edges, and that the edges have it."""

import inspect

import pytest

from gslb.control.ports import Store
from gslb.store import SqliteStore

CALLS = [name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")]


@pytest.mark.parametrize("name", CALLS)
def test_the_embedded_store_has_every_call_with_the_same_words(name):
    asked = inspect.signature(getattr(Store, name)).parameters
    given = inspect.signature(getattr(SqliteStore, name)).parameters

    assert [*given][: len(asked)] == [*asked]
    assert all(parameter.default is not inspect.Parameter.empty for parameter in [*given.values()][len(asked) :])
