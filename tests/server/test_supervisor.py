"""The supervisor with real processes: children that die, hang, refuse to go, and a supervisor that is killed."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from gslb.server.events import Slot
from gslb.server.supervisor import Launch, Supervisor, notify

HERE = Path(__file__).parent
ROLES = [sys.executable, str(HERE / "tiny_roles.py")]
_STOPS = (signal.SIGTERM, signal.SIGINT)
PATIENCE = 30.0  # seconds until a condition that never comes fails the test


def wait_for(condition, what):
    """Poll until `condition` gives something true, and return it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.NoSuchProcess):
            if value := condition():
                return value
        time.sleep(0.002)
    raise AssertionError(f"{what} did not happen within {PATIENCE} s")


class Running:
    """A supervisor in a process of its own, and its children by slot as they log themselves."""

    def __init__(self, tmp_path, *slots, grace=10.0):
        self.log = tmp_path / "lives"
        self.log.touch()
        texts = [text if text.count(":") > 2 else f"{text}:{self.log}" for text in slots]
        argv = [sys.executable, str(HERE / "tiny_supervisor.py"), str(grace), *texts]
        self.errors = (tmp_path / "errors").open("w+")
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=self.errors, text=True, bufsize=1)

    def ready(self):
        line = self.process.stdout.readline()
        assert line.startswith("ready: "), self.told()
        return line

    def lives(self):
        """(slot, pid, parent, niceness) of every child ever, in order of birth."""
        return [
            (slot, int(pid), int(parent), int(nice))
            for slot, pid, parent, nice in (line.split() for line in self.log.read_text().splitlines())
        ]

    def pid(self, slot):
        return [life[1] for life in self.lives() if life[0] == slot][-1]

    def born(self, slot):
        return len([life for life in self.lives() if life[0] == slot])

    def replaced(self, slot, number):
        """Send its child a signal; seconds until the next one lives."""
        lives = self.born(slot)
        began = time.monotonic()
        os.kill(self.pid(slot), number)
        wait_for(lambda: self.born(slot) > lives, "the replacement")
        return time.monotonic() - began

    def told(self):
        return Path(self.errors.name).read_text()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        for _, pid, _, _ in self.lives():
            wait_for(lambda pid=pid: gone(pid), f"end of {pid}")


def gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def run(tmp_path):
    made = []

    def start(*slots, **options):
        made.append(Running(tmp_path, *slots, **options))
        return made[-1]

    yield start
    for each in made:
        each.end()


def half_a_second():
    """0.5 s; on a machine so busy that a bare start takes longer than usual, as many times longer."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import gslb.server.handover"], check=True, timeout=PATIENCE)
    return max(0.5, 5 * (time.monotonic() - began))


def test_a_killed_worker_is_replaced_within_half_a_second(run):
    fleet = run("worker-0:steady:0", "worker-1:steady:0", "responder:steady:1")
    fleet.ready()
    other = fleet.pid("worker-1")

    took = min(fleet.replaced("worker-0", signal.SIGKILL) for _ in range(2))

    print(f"kill -9: replaced after {took:.3f} s")
    assert took <= half_a_second()
    assert fleet.pid("worker-1") == other, "nobody else is touched"


def test_a_worker_that_stands_still_is_replaced_within_half_a_second_and_never_doubled(run):
    fleet = run("worker-0:steady:0", "responder:steady:1")
    fleet.ready()
    stuck = fleet.pid("worker-0")

    took = min(fleet.replaced("worker-0", signal.SIGSTOP) for _ in range(2))

    print(f"SIGSTOP: replaced after {took:.3f} s")
    assert took <= half_a_second(), "0.25 s of stillness, 0.05 s of backoff, and a start"
    assert gone(stuck), "its predecessor was gone before it was started"
    assert "no heartbeat for 0." in fleet.told()


def test_a_role_without_a_heartbeat_may_stand_still(run):
    fleet = run("worker-0:steady:0", "judge:steady:2")
    fleet.ready()
    judge = fleet.pid("judge")

    os.kill(judge, signal.SIGSTOP)
    os.kill(fleet.pid("worker-0"), signal.SIGSTOP)
    wait_for(lambda: fleet.born("worker-0") == 2, "the worker's replacement")
    os.kill(judge, signal.SIGCONT)

    assert fleet.pid("judge") == judge


@pytest.mark.parametrize("number", _STOPS)
def test_a_signal_ends_all_with_status_0(run, number):
    fleet = run("worker-0:steady:0", "responder:steady:1", "judge:steady:2", "control:steady:3")
    fleet.ready()

    fleet.process.send_signal(number)

    assert fleet.process.wait(PATIENCE) == 0
    assert all(gone(pid) for _, pid, _, _ in fleet.lives())
    assert len(fleet.lives()) == 4


def test_ctrl_c_at_the_terminal_reaches_the_supervisor_alone(run):
    """The terminal signals the whole foreground group; children are not in it, so they still go in order."""
    fleet = run("worker-0:steady:0", "control:steady:3")
    fleet.ready()

    assert {os.getpgid(pid) for _, pid, _, _ in fleet.lives()}.isdisjoint({os.getpgid(fleet.process.pid)})


def test_a_child_that_refuses_to_go_is_killed_at_the_deadline(run):
    fleet = run("worker-0:stubborn:0", "control:steady:3", grace=0.5)
    fleet.ready()

    fleet.process.terminate()

    assert fleet.process.wait(PATIENCE) == 0
    assert all(gone(pid) for _, pid, _, _ in fleet.lives())
    assert "warning child killed" in fleet.told()


def test_asking_twice_does_not_wait_for_the_deadline(run):
    fleet = run("worker-0:stubborn:0", grace=600)
    fleet.ready()

    fleet.process.terminate()
    wait_for(lambda: "info draining" in fleet.told(), "the drain")
    fleet.process.terminate()

    assert fleet.process.wait(PATIENCE) == 0


def test_no_child_survives_a_killed_supervisor(run):
    fleet = run("worker-0:steady:0", "worker-1:stubborn:0", "responder:steady:1", "control:steady:3")
    fleet.ready()
    pids = [pid for _, pid, _, _ in fleet.lives()]
    os.kill(pids[0], signal.SIGSTOP)

    fleet.process.kill()
    fleet.process.wait()

    assert len(pids) == 4
    wait_for(lambda: all(map(gone, pids)), "the end of every child")


def test_a_hangup_reaches_control_and_nobody_is_restarted(run, tmp_path):
    mark = tmp_path / "mark"
    fleet = run("worker-0:steady:0", f"control:hangup:3:{mark}")
    fleet.ready()
    worker = fleet.pid("worker-0")

    fleet.process.send_signal(signal.SIGHUP)

    wait_for(lambda: mark.exists() and mark.read_text() == "reloaded", "the reload")
    assert fleet.pid("worker-0") == worker
    assert fleet.process.poll() is None


def test_control_is_nicer_than_workers(run):
    fleet = run("worker-0:steady:0", "control:steady:3")
    fleet.ready()

    nice = {slot: nice for slot, _, _, nice in fleet.lives()}

    assert nice["control"] - nice["worker-0"] == 5


def test_the_line_for_the_operator_holds_what_children_said_and_where_it_answers(run):
    fleet = run("worker-0:answering:0", "judge:steady:2")

    line = fleet.ready()

    texts = json.loads(line[len("ready: ") : line.index("}") + 1])
    assert texts == {"worker-0": "1 up", "judge": "steady ready"}
    assert re.search(r"answering 127\.0\.0\.1:\d+ udp tcp$", line.rstrip())


def test_a_socket_held_by_the_supervisor_outlives_the_worker_that_reads_it(run):
    fleet = run("worker-0:answering:0")
    port = int(fleet.ready().rstrip().removesuffix(" udp tcp").rpartition(":")[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE)
        client.sendto(b"who", ("127.0.0.1", port))
        first = client.recv(100).decode()

        os.kill(int(first.split()[1]), signal.SIGKILL)
        wait_for(lambda: gone(int(first.split()[1])), "its end")
        client.sendto(b"who", ("127.0.0.1", port))  # nobody reads now: it waits in the socket
        second = client.recv(100).decode()

    assert first != second
    assert second == f"worker-0 {fleet.pid('worker-0')}"


@pytest.mark.parametrize(
    ("trait", "status", "words", "lives"),
    [
        ("failing", 3, "control failed to start 3 times in a row: the disk is full", 3),
        ("faulty", 2, "control failed to start: exit status 2", 1),
    ],
)
def test_a_boot_that_cannot_succeed_ends_with_its_words_and_status(run, trait, status, words, lives):
    fleet = run("worker-0:steady:0", f"control:{trait}:3")

    assert fleet.process.wait(PATIENCE) == status
    assert fleet.told().splitlines()[-1] == words
    assert fleet.process.stdout.read() == ""
    assert fleet.born("control") == lives


def test_an_upgrade_keeps_process_and_sockets_and_replaces_every_child(run):
    fleet = run("worker-0:answering:0", "worker-1:steady:0", "judge:steady:2")
    port = int(fleet.ready().rstrip().removesuffix(" udp tcp").rpartition(":")[2])
    before = {slot: pid for slot, pid, _, _ in fleet.lives()}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", port))
        for number in (1, 2):
            old = fleet.pid("worker-0")
            fleet.process.send_signal(signal.SIGUSR2)
            assert fleet.ready().rstrip().endswith(f"127.0.0.1:{port} udp tcp")
            wait_for(lambda old=old: gone(old), "the end of the old worker")
            words = f"outcome {number} True upgraded in"
            wait_for(lambda words=words: words in fleet.told(), words)
            client.send(b"who")
            slot, pid = client.recv(100).decode().split()
            assert (slot, int(pid)) == ("worker-0", fleet.pid("worker-0"))

    after = {slot: pid for slot, pid, _, _ in fleet.lives()}
    assert before.keys() == after.keys()
    assert set(before.values()).isdisjoint(after.values())
    wait_for(lambda: all(map(gone, before.values())), "the end of the old children")
    assert {parent for _, _, parent, _ in fleet.lives()} == {fleet.process.pid}
    fleet.process.terminate()
    assert fleet.process.wait(PATIENCE) == 0
    assert all(gone(pid) for _, pid, _, _ in fleet.lives())


def test_a_program_that_would_not_serve_is_refused_and_nobody_is_replaced(run, monkeypatch):
    monkeypatch.setenv("TINY_FAULT", "gslb.yaml:1: unknown word")
    fleet = run("worker-0:steady:0")
    fleet.ready()

    fleet.process.send_signal(signal.SIGUSR2)
    wait_for(lambda: "outcome 1" in fleet.told(), "the outcome")

    assert (
        "outcome 1 False not upgraded, the program on disk would not serve: gslb.yaml:1: unknown word" in fleet.told()
    )
    assert fleet.born("worker-0") == 1
    assert not gone(fleet.pid("worker-0"))


def test_a_killed_supervisor_takes_the_children_of_two_programs_with_it(run):
    """The old worker will not go: it is still there when the supervisor, by then another program, is killed."""
    fleet = run("worker-0:stubborn:0", "worker-1:steady:0")
    fleet.ready()
    fleet.process.send_signal(signal.SIGUSR2)
    fleet.ready()
    pids = [pid for _, pid, _, _ in fleet.lives()]
    assert not gone(pids[0])

    fleet.process.kill()
    fleet.process.wait()

    wait_for(lambda: all(map(gone, pids)), "the end of every child")


def test_a_stop_ends_the_children_of_two_programs(run):
    fleet = run("worker-0:stubborn:0", grace=0.5)
    fleet.ready()
    fleet.process.send_signal(signal.SIGUSR2)
    fleet.ready()

    fleet.process.terminate()

    assert fleet.process.wait(PATIENCE) == 0
    assert len(fleet.lives()) == 2
    assert all(gone(pid) for _, pid, _, _ in fleet.lives())


class Inside:
    """A supervisor in this process: its notes, its line, and a second thread that plays the world outside."""

    def __init__(self, *launches, prefix=ROLES, **options):
        self.notes, self.texts = [], None
        self.supervisor = Supervisor(launches, prefix, self.announce, self.notes.append, **options)

    def announce(self, seconds, texts):
        self.texts = texts
        return f"ready in {seconds:.1f} s"

    def run(self, world=lambda: None):
        """Run until the world, once it has done its part, sends SIGTERM; returns the exit status."""
        failures = []

        def play():
            wait_for(lambda: signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL, "the supervisor's handlers")
            try:
                world()
            except BaseException as failure:  # noqa: BLE001 - told by the test, in its own thread
                failures.append(failure)
            finally:
                os.kill(os.getpid(), signal.SIGTERM)

        thread = threading.Thread(target=play)
        thread.start()
        try:
            return self.supervisor.run()
        finally:
            thread.join()
            assert failures == []

    def events(self):
        return [note.event for note in self.notes]


@pytest.fixture(autouse=True)
def _own_handlers():
    """A supervisor in this process takes the signals for good; pytest wants them back."""
    before = {number: signal.getsignal(number) for number in (*_STOPS, signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def launch(name, trait, *arguments, **options):
    return Launch(Slot(name, **options), (trait, *arguments))


def test_a_life_from_start_to_drain(tmp_path, capsys):
    log = tmp_path / "lives"
    fleet = Inside(launch("worker-0", "steady", str(log), stale_after=0.3), launch("control", "steady", stage=3))

    def world():
        wait_for(lambda: fleet.texts is not None, "readiness")
        os.kill(int(log.read_text().split()[1]), signal.SIGKILL)
        wait_for(lambda: "child replaced" in fleet.events(), "the replacement")

    assert fleet.run(world) == 0
    assert fleet.texts == {"worker-0": "steady ready", "control": "steady ready"}
    assert fleet.events() == ["child ended", "child replaced", "draining"]
    assert re.fullmatch(r"ready in \d\.\d s\n", capsys.readouterr().out)


def test_a_program_that_cannot_be_started_ends_the_boot(capsys):
    fleet = Inside(launch("control", "steady"), prefix=["/nonexistent/python"])

    assert fleet.supervisor.run() == 1
    assert "control failed to start 3 times in a row: [Errno 2] No such file" in capsys.readouterr().err


def test_a_complaint_is_told_with_the_end_it_explains(capsys):
    fleet = Inside(launch("control", "failing"))

    assert fleet.supervisor.run() == 3
    ends = [note for note in fleet.notes if note.event == "child ended"]
    assert [note.fields["reason"] for note in ends] == ["the disk is full"] * 3


def test_an_error_of_our_own_leaves_no_child(tmp_path):
    log = tmp_path / "lives"

    def broken(seconds, texts):
        raise ZeroDivisionError

    fleet = Supervisor([launch("worker-0", "steady", str(log))], ROLES, broken, lambda note: None)
    with pytest.raises(ZeroDivisionError):
        fleet.run()

    assert gone(int(log.read_text().split()[1]))


def test_the_service_manager_hears_of_readiness_and_of_the_end(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        fleet = Inside(launch("worker-0", "steady"))

        heard = []
        fleet.run(lambda: heard.append(manager.recv(100)))
        heard.append(manager.recv(100))

    assert heard == [b"READY=1", b"STOPPING=1"]


def test_an_abstract_notify_socket_is_spelled_with_an_at():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        name = f"gslb-test-{os.getpid()}"
        manager.bind(f"\0{name}")
        manager.settimeout(PATIENCE)

        notify("READY=1", {"NOTIFY_SOCKET": f"@{name}"})

        assert manager.recv(100) == b"READY=1"


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nonexistent/notify"}])
def test_without_a_service_manager_nothing_is_told(environment):
    notify("READY=1", environment)
