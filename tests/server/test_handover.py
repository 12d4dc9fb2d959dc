"""What a child inherits, and how it reports back."""

import json
import os
import socket

import pytest

from gslb.model import Listener
from gslb.server.bound import Bound
from gslb.server.handover import VARIABLE, Handover, Heartbeats, Report, Reports, inherited
from gslb.server.sockets import open_queue, open_sockets


def given_to_a_child(handover, report, heartbeats, cell):
    """What `spawn` does to descriptors, without a process: the same numbers, once more."""
    content = json.loads(handover.spelled("worker-1", report, (heartbeats.descriptor, cell)))
    for entries in (content["udp"], content["tcp"]):
        entries[:] = [(os.dup(number), wildcard) for number, wildcard in entries]
    content["named"] = {name: os.dup(number) for name, number in content["named"].items()}
    content["report"] = os.dup(content["report"])
    content["heartbeat"] = (os.dup(content["heartbeat"][0]), cell)
    return {VARIABLE: json.dumps(content)}


@pytest.fixture
def family():
    """A supervisor's side and a child's side in one process: (sockets, queue, report pipe, heartbeats, inheritance)."""
    sockets = open_sockets([Listener("127.0.0.1", 0), Listener("::1", 0)])
    write, read = open_queue()
    report_read, report_write = os.pipe()
    heartbeats = Heartbeats(3)
    wildcard = Bound(sockets.udp[1].socket, wildcard=True)
    handover = Handover((sockets.udp[0], wildcard), sockets.tcp, {"queue": write.fileno()})
    environment = given_to_a_child(handover, report_write, heartbeats, 2)
    inheritance = inherited(environment)
    yield sockets, read, report_read, heartbeats, inheritance, environment
    for each in (*inheritance.udp, *inheritance.tcp):
        each.socket.close()
    os.close(inheritance._report)
    sockets.close()
    write.close()
    read.close()
    os.close(report_read)
    os.close(report_write)
    heartbeats.close()


def test_sockets_arrive_in_order_with_their_addresses(family):
    sockets, _, _, _, inheritance, _ = family

    assert [str(bound) for bound in inheritance.udp] == [str(bound) for bound in sockets.udp]
    assert [str(bound) for bound in inheritance.tcp] == [str(bound) for bound in sockets.tcp]
    assert [bound.wildcard for bound in inheritance.udp] == [False, True]
    assert inheritance.udp[1].socket.family is socket.AF_INET6
    assert inheritance.slot == "worker-1"


def test_a_named_descriptor_is_the_socket_it_was(family):
    _, read, _, _, inheritance, _ = family

    with inheritance.named_socket("queue") as queue:
        queue.send(b"question")

    assert read.recv(100) == b"question"


def test_nothing_goes_on_to_grandchildren(family):
    *_, inheritance, environment = family

    assert environment == {}
    assert not any(bound.socket.get_inheritable() for bound in (*inheritance.udp, *inheritance.tcp))
    with inheritance.named_socket("queue") as queue:
        assert not queue.get_inheritable()
    with pytest.raises(KeyError):
        inherited(environment)


def test_a_heartbeat_moves_its_own_cell(family):
    _, _, _, heartbeats, inheritance, _ = family
    assert [heartbeats.read(cell) for cell in range(3)] == [0, 0, 0]

    inheritance.beat()
    first = heartbeats.read(2)
    inheritance.beat()

    assert 0 < first < heartbeats.read(2)
    assert inheritance.beats() == [0, 0, heartbeats.read(2)]
    assert [heartbeats.read(cell) for cell in range(2)] == [0, 0]


def test_a_child_says_that_it_is_ready_and_why_it_ends(family):
    _, _, report_read, heartbeats, inheritance, _ = family

    inheritance.ready("first verdicts 2 up 0 down")
    inheritance.complain("gslb.db: disk is full\nreally \udcff")

    assert list(Reports().feed(os.read(report_read, 10_000))) == [
        Report("worker-1", os.getpid(), ready=True, text="first verdicts 2 up 0 down"),
        Report("worker-1", os.getpid(), ready=False, text="gslb.db: disk is full\nreally ?"),
    ]
    assert heartbeats.read(2) > 0


@pytest.mark.parametrize("character", ["é", "\0", "\U0001f310"])
def test_a_long_complaint_is_cut_so_that_its_line_is_written_whole(family, character):
    _, _, report_read, _, inheritance, _ = family

    inheritance.complain(character * 100_000)

    line = os.read(report_read, 100_000)
    assert len(line) <= 4_096
    assert set(next(Reports().feed(line)).text) == {character}


def test_a_report_may_come_in_pieces(family):
    _, _, report_read, _, inheritance, _ = family
    inheritance.ready("a")
    inheritance.ready("b")
    octets, reports = os.read(report_read, 10_000), Reports()

    texts = [report.text for index in range(len(octets)) for report in reports.feed(octets[index : index + 1])]

    assert texts == ["a", "b"]


def test_heartbeats_work_where_anonymous_memory_has_no_name_of_its_own(monkeypatch):
    monkeypatch.delattr(os, "memfd_create")
    heartbeats = Heartbeats(0)

    assert heartbeats.read(0) == 0
    heartbeats.close()
