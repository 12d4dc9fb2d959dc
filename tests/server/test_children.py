"""Starting a child that cannot outlive its parent."""

import os
import subprocess
import sys

import psutil
import pytest

from gslb.server.children import spawn


def finished(process):
    return process.wait(timeout=30)


def test_a_child_gets_only_the_descriptors_it_is_given():
    read, write = os.pipe()
    other_read, other_write = os.pipe()
    script = f"import os; os.write({write}, b'here'); os.fstat({other_write})"

    process = spawn([sys.executable, "-c", script], [write], {**os.environ, "PYTHONWARNINGS": "ignore"})

    assert finished(process) == 1, "the other descriptor is not open there"
    assert os.read(read, 100) == b"here"
    for number in (read, write, other_read, other_write):
        os.close(number)


def test_a_child_is_as_nice_as_told_in_a_group_of_its_own_and_reads_no_terminal():
    read, write = os.pipe()
    script = f"import os; os.write({write}, repr((os.nice(0), os.getpgid(0) == os.getpid(), os.read(0, 1))).encode())"

    assert finished(spawn([sys.executable, "-c", script], [write], niceness=7)) == 0

    assert os.read(read, 1000).decode() == repr((os.nice(0) + 7, True, b""))
    os.close(read)
    os.close(write)


def test_a_program_that_is_not_there_is_an_error():
    with pytest.raises(FileNotFoundError):
        spawn(["/nonexistent/program"])


def test_a_child_of_a_parent_that_died_in_between_does_not_begin(monkeypatch):
    monkeypatch.setattr(os, "getpid", lambda: 1)  # to the child, its parent is not the one it was to be tied to

    assert finished(spawn([sys.executable, "-c", ""])) == 1


@pytest.mark.parametrize(
    "start",
    [
        "spawn([sys.executable, '-c', 'import time; time.sleep(60)'])",
        "subprocess.Popen(['sleep', '60'], preexec_fn=child_preexec)",
    ],
)
def test_a_child_dies_with_its_parent(start):
    script = (
        "import subprocess, sys, time\n"
        "from gslb.server.children import child_preexec, spawn\n"
        f"print({start}.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    child = psutil.Process(int(parent.stdout.readline()))

    parent.kill()
    parent.wait()
    parent.stdout.close()

    child.wait(timeout=10)
    assert not child.is_running()
