"""Availability is read from the state directory alone, and handed to the metrics now and then."""

import asyncio

import pytest

from gslb.app.availability import availability_told, follow_availability
from gslb.app.folders import Folders
from gslb.control.availability import standing_change
from gslb.store import SqliteStore, StoreError

NOW = 1_000_000.0


@pytest.fixture
def folders(tmp_path):
    found = Folders(tmp_path)
    store = SqliteStore(found.store)
    store.record(
        [
            standing_change("www.example.com.", [""], NOW - 40_000),
            standing_change("www.example.com.", ["open"], NOW - 1_000),
            standing_change("www.example.com.", [""], NOW - 900),
            standing_change("api.example.com.", [""], NOW - 3 * 86_400),
        ]
    )
    store.close()
    return found


def test_each_window_has_its_share(folders):
    told = {one["name"]: one["windows"] for one in availability_told(folders, NOW)}

    www = told["www.example.com."]["day"]
    assert www["healthy"] == pytest.approx(39_900 / 40_000)
    assert www["seconds"]["last resort"] == 100.0
    assert told["api.example.com."]["day"]["known"] == 86_400
    assert told["api.example.com."]["month"]["known"] == 3 * 86_400


def test_without_a_chronicle_it_is_said(tmp_path):
    with pytest.raises(StoreError, match="cannot open"):
        availability_told(Folders(tmp_path), NOW)


async def test_the_metrics_get_the_healthy_share_by_name_and_window(folders, monkeypatch):
    monkeypatch.setattr("gslb.app.availability.time.time", lambda: NOW)
    taken = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(follow_availability(folders, taken.set_result))

    found = await asyncio.wait_for(taken, 10)

    assert found["api.example.com.", "week"] == 1.0
    assert found["www.example.com.", "day"] == pytest.approx(39_900 / 40_000)
    task.cancel()
