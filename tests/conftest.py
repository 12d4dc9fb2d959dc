"""Fixtures every test may ask for."""

import os

import pytest
from hypothesis import settings

from kit.clock import FakeClock

# An example may take as long as a slow machine needs: a deadline would fail for the machine, not for the code.
# The gate draws the same examples every time and fails for a change, not by chance; by hand they are fresh each run.
settings.register_profile("gslb", deadline=None, database=None)
settings.register_profile("gate", deadline=None, database=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "gslb")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
