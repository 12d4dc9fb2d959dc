"""Waiting for a condition, and never for a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
OFTEN = 0.01  # seconds between looks


def wait_until(condition: Callable[[], T], within: float, what: object = "", every: float = OFTEN) -> T:
    """Look until `condition` gives something true, and return it; AssertionError after `within` seconds.

    `what` says what was waited for; a callable is asked only once it is too late.
    """
    until = time.monotonic() + within
    while True:
        late = time.monotonic() >= until
        found = condition()
        if found:
            return found
        if late:
            told = what() if callable(what) else what
            raise AssertionError(f"not within {within:g} s: {told or condition}")
        time.sleep(every)
