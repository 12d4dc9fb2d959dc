"""A program under trial, as a process."""

import sys
from pathlib import Path

import pytest

from gslb.server.events import Rehearsed
from gslb.server.rehearsal import Rehearsal
from kit.waiting import wait_until


def descriptors() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


def outcome(script: str) -> Rehearsed:
    rehearsal = Rehearsal([sys.executable, "-c", script], {})
    return wait_until(rehearsal.poll, 30)


def test_its_report_is_what_it_prints():
    assert outcome("import sys; print('fine', file=sys.stderr); print('report')") == Rehearsed(0, "report\n")


def test_its_faults_are_what_it_says_on_standard_error():
    assert outcome("import sys; print('report'); sys.exit('gslb.yaml:1: wrong')") == Rehearsed(
        1, "gslb.yaml:1: wrong\n"
    )


def test_it_may_say_more_than_a_pipe_holds():
    assert len(outcome("print('x' * 1_000_000)").text) == 1_000_001


def test_ended_early_it_leaves_neither_process_nor_descriptor():
    before = descriptors()
    rehearsal = Rehearsal([sys.executable, "-c", "import time; time.sleep(600)"], {})
    assert rehearsal.poll() is None

    rehearsal.end()

    assert descriptors() == before


def test_a_program_that_is_not_there_leaves_no_descriptor():
    before = descriptors()
    with pytest.raises(FileNotFoundError):
        Rehearsal(["/nonexistent/python"], {})

    assert descriptors() == before
