"""Fixtures every test may ask for."""

import fcntl
import gc
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from kit.clock import FakeClock

# An example may take as long as a slow machine needs: a deadline would fail for the machine, not for the code.
# The gate draws the same examples every time and fails for a change, not by chance; by hand they are fresh each run.
settings.register_profile("gslb", deadline=None, database=None)
settings.register_profile("gate", deadline=None, database=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "gslb")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Scenarios come last, and of these the long ones first, so that at the end nobody waits for one of them alone."""
    items.sort(key=lambda item: ("scenarios" in item.path.parts, item.get_closest_marker("long") is None))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: nobody need walk through ten thousand tests for garbage each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(autouse=True)
def _one_lab_at_a_time(request: pytest.FixtureRequest):
    """The lab's addresses are fixed, so tests that run it wait for each other, in whatever process they are."""
    if "lab" not in request.path.parts and request.path.stem != "test_lab":
        yield
        return
    with (Path(tempfile.gettempdir()) / "gslb-lab.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
