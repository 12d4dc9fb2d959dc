"""A slot now."""

import pytest

from gslb.server.child import Child, how
from gslb.server.events import Slot


@pytest.mark.parametrize(
    ("asked", "pid", "live"), [(False, None, False), (True, None, True), (False, 7, True)], ids=str
)
def test_a_child_lives_from_the_moment_it_is_asked_for(asked, pid, live):
    assert Child(Slot("worker-0"), 0.0, asked=asked, pid=pid).live == live


@pytest.mark.parametrize(
    ("status", "words"), [(0, "exit status 0"), (3, "exit status 3"), (-9, "killed by SIGKILL"), (-99, "by signal 99")]
)
def test_an_end_is_told_in_words(status, words):
    assert how(status).endswith(words)
