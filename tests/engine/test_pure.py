"""The pure engine takes batches where the system has them."""

from gslb.engine import plain, pure, pure_python
from gslb.engine.vectors import vectors


def test_batches_are_taken_where_there_are_some(monkeypatch):
    assert pure_python() is vectors
    monkeypatch.setattr(pure, "LINUX", False)
    assert pure_python() is plain
