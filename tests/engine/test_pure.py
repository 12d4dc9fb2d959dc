"""The pure engine takes batches where the system has them."""

from gslb.engine import Plain, best_exchange
from gslb.engine.batch import Batch


def test_the_best_exchange_is_the_batch_where_there_is_one(monkeypatch):
    assert best_exchange() is Batch
    monkeypatch.setattr("gslb.engine.pure.LINUX", False)
    assert best_exchange() is Plain
