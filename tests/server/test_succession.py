"""One process, two programs: what the first leaves, the second takes up."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from gslb.model import Listener
from gslb.server.bound import Bound
from gslb.server.events import Slot
from gslb.server.sockets import open_sockets
from gslb.server.succession import SIGNALS, Legacy, own_command

FIRST = """
import os, signal, subprocess, sys
from gslb.model import Listener
from gslb.server.events import Slot
from gslb.server.sockets import open_sockets
from gslb.server.succession import Legacy
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
sockets = open_sockets([Listener("127.0.0.1", 0)])
sockets.udp[0].socket.setblocking(False)
read, write = os.pipe()
os.write(write, b"word")
print("before", os.getpid(), child.pid, *(bound.port for bound in (*sockets.udp, *sockets.tcp)), flush=True)
slot = Slot("judge", 2, exclusive=True, retire=signal.SIGUSR2, retire_within=5.0, program=3)
legacy = Legacy(sockets.udp, sockets.tcp, {"read": read}, {"state": "/s"}, ((slot, child.pid),))
legacy.pass_on([sys.executable, "-c", sys.argv[1]])
"""
SECOND = """
import os, signal, sys
from gslb.server.succession import Legacy
held = signal.pthread_sigmask(signal.SIG_BLOCK, ())
legacy = Legacy.taken()
assert Legacy.taken() is None, "once"
(slot, pid), = legacy.children
print("after", os.getpid(), pid, *(bound.port for bound in (*legacy.udp, *legacy.tcp)))
assert os.read(legacy.named["read"], 10) == b"word"
assert legacy.facts == {"state": "/s"}
assert (slot.name, slot.stage, slot.exclusive, slot.program, slot.retire_within) == ("judge", 2, True, 3, 5.0)
assert slot.retire is signal.SIGUSR2
assert not any(os.get_inheritable(bound.socket.fileno()) for bound in (*legacy.udp, *legacy.tcp))
assert signal.SIGHUP in held and signal.SIGUSR2 in held, "signals wait for handlers"
os.kill(pid, signal.SIGKILL)
assert os.waitpid(pid, 0)[0] == pid, "its child still"
"""


def test_the_next_program_has_the_same_pid_sockets_and_children():
    done = subprocess.run(
        [sys.executable, "-c", FIRST, SECOND], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    before, after = (line.split()[1:] for line in done.stdout.splitlines())
    assert before == after


def test_a_program_that_the_system_will_not_run_changes_nothing():
    sockets = open_sockets([Listener("127.0.0.1", 0)])
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with pytest.raises(FileNotFoundError):
        Legacy(sockets.udp, sockets.tcp).pass_on(["/nonexistent/python"])

    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == mask
    assert not any(os.get_inheritable(bound.socket.fileno()) for bound in (*sockets.udp, *sockets.tcp))
    sockets.close()


def test_a_process_that_began_with_this_program_has_no_legacy():
    assert Legacy.taken({}) is None


def test_what_a_later_program_adds_to_a_legacy_means_nothing_to_this_one():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        legacy = Legacy((Bound(made, wildcard=True),), facts={"state": "/s"}, children=((Slot("worker-0"), 7),))
        content = json.loads(legacy._spelled()) | {"more": 1}
        content["udp"][0][0] = os.dup(made.fileno())
        content["children"][0]["more"] = 2
        taken = Legacy.taken({"GSLB_LEGACY": json.dumps(content)})

    assert taken is not None
    assert [bound.wildcard for bound in taken.udp] == [True]
    assert [(slot.name, pid) for slot, pid in taken.children] == [("worker-0", 7)]
    taken.udp[0].socket.close()


def test_the_own_command_begins_with_the_interpreter_and_goes_on_as_it_was_given():
    script = "from gslb.server.succession import own_command; import json; print(json.dumps(own_command()))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script, "serve", "a b"], capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == [sys.executable, "-X", "utf8", "-c", script, "serve", "a b"]
    assert own_command()[0] == sys.executable


def test_a_request_for_an_upgrade_and_for_a_reload_wait_too():
    assert {signal.SIGHUP, signal.SIGUSR2, signal.SIGTERM} <= {*SIGNALS}
