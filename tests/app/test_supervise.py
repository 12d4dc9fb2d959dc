"""The supervisor hands each child what it needs and nothing else, and starts nothing where the builder refuses."""

import os
import time

import pytest

from gslb.app import Folders, Spec, serve
from gslb.app.state import claimed
from gslb.app.supervise import Listening, _announce, build, fleet, worker_count
from gslb.engine import Engine
from gslb.model import Faults, Listen, Listener, Model, Node
from gslb.server import open_sockets, open_tcp

ZONE = "@ 1h SOA ns1 host 1 2 3 4 5\n@ 1h NS ns1\nns1 1h A 192.0.2.53\n"
BAD = "ns1 1h A 192.0.2.353\n"


@pytest.fixture
def sockets():
    found = open_sockets([Listener("127.0.0.1", 0)])
    yield found
    found.close()


@pytest.fixture
def listeners():
    """A socket for admin and one for metrics."""
    found = [open_tcp(Listener("127.0.0.1", 0)) for _ in range(2)]
    yield found
    for one in found:
        one.socket.close()


@pytest.fixture
def launches(tmp_path, sockets, listeners):
    return fleet(Folders(tmp_path), 2, Listening(sockets, *listeners), Engine.COMPILED)


def test_workers_drain_first_and_then_the_responder_that_has_their_last_questions(launches):
    assert [(launch.slot.name, launch.slot.stage) for launch in launches] == [
        ("worker-0", 0),
        ("worker-1", 0),
        ("judge", 2),
        ("responder", 1),
        ("control", 2),
    ]


def test_each_child_is_told_its_role_the_state_and_its_place(launches, tmp_path):
    state = str(tmp_path)

    assert [launch.arguments for launch in launches] == [
        ("worker", state, "0", "compiled"),
        ("worker", state, "1", "compiled"),
        ("judge", state),
        ("responder", state, "2", "compiled"),
        ("control", state, "2", "compiled"),
    ]


def test_each_child_has_the_sockets_of_its_role_alone(launches, sockets, listeners):
    admin, metrics = (one.socket.fileno() for one in listeners)
    one, two, judge, responder, control = (launch.handover for launch in launches)

    assert one == two
    assert (one.udp, one.tcp, set(one.named)) == (sockets.udp, (), {"queue"})
    assert (responder.udp, responder.tcp, set(responder.named)) == (sockets.udp, sockets.tcp, {"queue"})
    assert one.named != responder.named, "the queue has two ends"
    assert (judge.udp, judge.tcp, judge.named) == ((), (), {"admin": admin})
    assert (control.udp, control.tcp, control.named) == ((), (), {"metrics": metrics})


def test_at_an_upgrade_the_judge_comes_first_and_control_last_and_of_those_there_is_one_at_a_time(launches):
    turns = sorted(launches, key=lambda launch: launch.slot.turn)

    assert [launch.slot.name for launch in turns] == ["judge", "responder", "worker-0", "worker-1", "control"]
    assert [launch.slot.name for launch in turns if launch.slot.exclusive] == ["judge", "control"]


def test_readers_of_two_programs_are_told_apart(launches, tmp_path, sockets, listeners):
    later = fleet(Folders(tmp_path), 2, Listening(sockets, *listeners), program=1)

    def readers(found):
        return {launch.arguments[2] for launch in found if launch.arguments[0] in ("worker", "responder")}

    assert readers(launches) == {"0", "1", "2"}
    assert readers(later) == {"3", "4", "5"}


def test_what_is_left_to_the_next_program_is_taken_up_by_it(tmp_path, sockets, listeners):
    with claimed(Folders(tmp_path)) as claim:
        legacy = Listening(sockets, *listeners).legacy(Folders(tmp_path), 3, claim)

    assert (legacy.udp, legacy.tcp) == (sockets.udp, sockets.tcp)
    assert legacy.facts == {"state": str(tmp_path), "workers": "3"}
    assert legacy.named == {
        "admin": listeners[0].socket.fileno(),
        "metrics": listeners[1].socket.fileno(),
        "lock": claim.descriptor,
    }


def test_only_control_hears_a_hangup_and_workers_go_first(launches):
    assert [launch.slot.name for launch in launches if launch.slot.hangup] == ["control"]
    assert [launch.slot.name for launch in launches if launch.niceness > 0] == ["judge", "control"]


def test_listeners_that_nobody_asked_for_are_handed_to_nobody(tmp_path, sockets):
    _, judge, _, control = fleet(Folders(tmp_path), 1, Listening(sockets))

    assert (judge.handover.named, control.handover.named) == ({}, {})


@pytest.mark.parametrize("workers", [1, 3])
def test_as_many_workers_run_as_are_written(workers):
    assert worker_count(Model(node=Node("ns1", workers=workers))) == workers


def test_there_is_a_worker_for_each_core_that_may_be_used():
    cores = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(cores)})
        assert worker_count(Model()) == 1
    finally:
        os.sched_setaffinity(0, cores)
    assert worker_count(Model()) == len(cores)


@pytest.mark.parametrize(
    ("told", "said"),
    [({}, ""), ({"judge": ""}, ""), ({"judge": "2 endpoints up", "control": "x"}, "2 endpoints up; ")],
)
def test_the_line_that_says_ready_tells_how_long_it_took_what_is_up_and_where(sockets, told, said):
    line = _announce(sockets, time.monotonic() - 1.0, Engine.PYTHON)(0.0, told)

    assert line.startswith("ready in 1.")
    assert line.endswith(f" s: {said}answering 127.0.0.1:{sockets.udp[0].port} udp tcp, python engine")


@pytest.mark.parametrize(("text", "refused"), [(ZONE, False), (BAD, True)])
def test_a_build_is_a_report_or_a_refusal(tmp_path, text, refused, capfd):
    (tmp_path / "zone").write_text(text)
    folders = Folders(tmp_path / "state")
    folders.make()
    folders.spec.write_text(
        Spec(zones=(("example.com", str(tmp_path / "zone")),), listen=("127.0.0.1:5300",)).to_json()
    )

    assert (build(folders) is None) == refused
    assert ("192.0.2.353" in capfd.readouterr().err) == refused


def test_a_node_whose_build_is_refused_ends_with_status_2_and_keeps_no_address(tmp_path, capfd):
    (tmp_path / "zone").write_text(BAD)
    with open_tcp(Listener("127.0.0.1", 0)).socket as taken:
        port = taken.getsockname()[1]
    said = []
    spec = Spec(zones=(("example.com", str(tmp_path / "zone")),), listen=(f"127.0.0.1:{port}",))

    assert serve(spec, said.append) == 2
    assert "192.0.2.353" in capfd.readouterr().err
    assert said == []
    open_sockets([Listener("127.0.0.1", port)]).close()


def test_all_addresses_that_are_taken_are_told_at_once_and_none_is_kept(sockets, listeners):
    taken = [Listener("127.0.0.1", bound.port) for bound in (*sockets.udp, *listeners)]
    with open_tcp(Listener("127.0.0.1", 0)).socket as found:
        free = Listener("127.0.0.1", found.getsockname()[1])

    with pytest.raises(Faults) as told:
        Listening.opened(Listen((taken[0], free), admin=taken[1], metrics=taken[2]))

    assert [str(each.port) in fault.message for each, fault in zip(taken, told.value, strict=True)] == [True] * 3
    Listening.opened(Listen((free,))).close()


def test_an_address_that_is_taken_is_a_fault(tmp_path, sockets):
    (tmp_path / "zone").write_text(ZONE)
    spec = Spec(zones=(("example.com", str(tmp_path / "zone")),), listen=(f"127.0.0.1:{sockets.udp[0].port}",))

    with pytest.raises(Faults, match=str(sockets.udp[0].port)):
        serve(spec, print)
