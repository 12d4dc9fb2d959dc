"""What a node leaves to the next program, and how it tells what came of it."""

import os
import subprocess
import sys

import pytest

from gslb.app import Folders, holder
from gslb.app.report import Report
from gslb.app.state import claimed
from gslb.app.upgrade import REHEARSAL, NextProgram
from gslb.server import Legacy


@pytest.fixture
def folders(tmp_path) -> Folders:
    found = Folders(tmp_path / "state")
    found.make()
    return found


def test_what_came_of_it_is_told_where_the_command_looks(folders):
    with claimed(folders) as claim:
        program = NextProgram(folders, claim, Legacy())
        first = holder(folders)
        program.tell("not upgraded: no memory", upgraded=False)
        second = holder(folders)
        program.tell("upgraded in 1.0 s", upgraded=True)
        third = holder(folders)

    assert [(each.pid, each.upgrades, each.upgraded, each.words) for each in (first, second, third)] == [
        (os.getpid(), 0, False, ""),
        (os.getpid(), 1, False, "not upgraded: no memory"),
        (os.getpid(), 2, True, "upgraded in 1.0 s"),
    ]


def test_a_rehearsal_runs_our_own_command_with_the_state_directory_and_without_a_service_manager(folders):
    """In a process of its own, as this one's command is the test's."""
    script = f"""
import os, sys, time
from pathlib import Path
from gslb.app import Folders
from gslb.app.upgrade import NextProgram
if "{REHEARSAL}" in os.environ:
    print(os.environ["{REHEARSAL}"], os.environ.get("NOTIFY_SOCKET"))
    sys.exit()
rehearsal = NextProgram(Folders(Path(sys.argv[1])), None, None).rehearse()
while (done := rehearsal.poll()) is None:
    time.sleep(0.01)
print(done.status, done.text)
"""
    environment = os.environ | {"NOTIFY_SOCKET": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(folders.state)], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["0", str(folders.state), "None"]


def test_the_next_program_is_left_the_snapshot_that_was_rehearsed_and_who_lives(folders):
    report = Report("0123abcd", (), ()).to_json()
    script = f"""
import os, sys
from pathlib import Path
from gslb.app import Folders
from gslb.app.upgrade import NextProgram
from gslb.server import Legacy, Slot
legacy = Legacy.taken()
if legacy is None:
    NextProgram(Folders(Path("/s")), None, Legacy(facts={{"state": "/s"}})).leave({report!r}, [(Slot("judge"), 7)])
print(legacy.facts["state"], legacy.facts["snapshot"], [(slot.name, pid) for slot, pid in legacy.children])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "/s 0123abcd [('judge', 7)]"
