"""Fixtures every test may ask for."""

import pytest
from hypothesis import settings

from kit.clock import FakeClock

# An example may take as long as a slow machine needs: a deadline would fail for the machine, not for the code.
settings.register_profile("gslb", deadline=None, database=None)
settings.load_profile("gslb")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
