"""`gslb upgrade`: asks the node that runs in a state directory, waits, and prints what came of it."""

import os
import signal
import subprocess
import sys

import pytest

from gslb.app import Folders
from gslb.app.state import Holder, claimed
from gslb.cli import main

NODE = """
import os, signal, sys
from pathlib import Path
from gslb.app import Folders
from gslb.app.state import Holder, claimed
words, upgraded = sys.argv[2], sys.argv[3] == "True"
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
with claimed(Folders(Path(sys.argv[1]))) as claim:
    print("ready", flush=True)
    signal.sigwait([signal.SIGUSR2])
    if words:
        claim.say(Holder(os.getpid(), 1, upgraded, words))
        signal.sigwait([signal.SIGTERM])
"""


@pytest.fixture
def node(tmp_path):
    """Start a process that holds the state directory, and answers one request with these words."""
    started = []

    def start(words: str, *, upgraded: bool) -> str:
        argv = [sys.executable, "-c", NODE, str(tmp_path), words, str(upgraded)]
        started.append(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline() == "ready\n"
        return str(tmp_path)

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize(("words", "upgraded"), [("upgraded in 1.2 s", True), ("not upgraded: no memory", False)])
def test_what_came_of_it_is_printed_and_is_the_exit_status(node, words, upgraded, capsys):
    assert main(["upgrade", "--state", node(words, upgraded=upgraded)]) == (0 if upgraded else 1)

    out, err = capsys.readouterr()
    assert (out if upgraded else err) == f"{words}\n"
    assert (err if upgraded else out) == ""


def test_a_node_that_ends_meanwhile_is_told(node, capsys):
    assert main(["upgrade", "--state", node("", upgraded=False)]) == 1
    assert "the node has ended" in capsys.readouterr().err


def test_where_no_node_runs_nobody_is_signalled(tmp_path, capsys):
    assert main(["upgrade", "--state", str(tmp_path)]) == 1
    assert f"no node runs in {tmp_path}" in capsys.readouterr().err

    with claimed(Folders(tmp_path)):
        pass  # a node that has ended leaves its lock file
    assert main(["upgrade", "--state", str(tmp_path)]) == 1
    assert f"no node runs in {tmp_path}" in capsys.readouterr().err


def test_patience_has_an_end(tmp_path, capsys):
    before = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    try:
        with claimed(Folders(tmp_path)) as claim:
            claim.say(Holder(os.getpid(), 3, upgraded=True, words="long ago"))
            assert main(["upgrade", "--state", str(tmp_path), "--within", "0"]) == 1
    finally:
        signal.signal(signal.SIGUSR2, before)
    assert "within 0 s" in capsys.readouterr().err
