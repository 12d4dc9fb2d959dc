import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health import Observation
from gslb.model import Bound, Check, Monitor, MonitorKind, NoData, Relation
from gslb.probe import Target, list_of
from gslb.probe.once import Asking, Outcome
from gslb.probe.wire import (
    LARGEST_BODY,
    MOST,
    WireError,
    batch_in,
    batch_of,
    elsewhere_in,
    targets_in,
    wanted_in,
    wanted_of,
)

CHECK = Check("ready", "web/eu", "2001:db8::10")
EVERYTHING = Target(
    CHECK,
    Monitor(
        "ready",
        MonitorKind.HTTPS,
        host="www.example.com",
        port=8443,
        path="/health?deep=1",
        method="HEAD",
        headers=(("X-Probe", "1"),),
        status=((200, 204), (301, 301)),
        body="✓ ready",
        verify=False,
        send="PING\r\n",
        expect="PONG",
        interval=5.0,
        timeout=2.0,
        confirm_interval=0.5,
        fall=4,
        follow=3,
        tls=True,
        certificate="/etc/gslb/probe.pem",
        expires_in=86_400.0,
        warns=True,
        rdtype="AAAA",
        recursive=True,
        query='up{region="$region"}',
        at="http://prom.example.net:9090",
        passes=Bound(Relation.LESS, 0.05),
        no_data=NoData.UP,
        digest="d1",
    ),
    443,
    "Bearer x",
    "eu",
)
PLAIN = Target(Check("tcp://:22", "web/us", "host.example."), Monitor("tcp://:22", MonitorKind.TCP), 22)
SEEN = Observation("eu", 7, 12, CHECK, "d1", ok=False, reason="connect timed out after 2 s", at=90.5, took=2.0)


def test_a_list_of_checks_arrives_as_it_was_sent():
    sent = list_of([EVERYTHING, PLAIN])

    digest, found = targets_in(sent.body)

    assert digest == sent.digest
    assert set(found) == {EVERYTHING, PLAIN}


def test_a_program_is_never_started_on_another_machine():
    program = Target(CHECK, Monitor("ready", MonitorKind.EXEC, command=("/bin/true",)), 0)
    assert list_of([program, PLAIN]) == list_of([PLAIN])

    content = json.loads(list_of([PLAIN]).body)
    content["targets"][0] |= {"kind": "exec", "command": ["/bin/true"]}
    assert targets_in(json.dumps(content).encode())[1] == ()


def test_a_list_is_known_by_what_is_in_it_and_not_by_its_order():
    assert list_of([EVERYTHING, PLAIN]) == list_of([PLAIN, EVERYTHING])
    changed = replace(EVERYTHING, monitor=replace(EVERYTHING.monitor, interval=6.0))
    assert list_of([changed, PLAIN]).digest != list_of([EVERYTHING, PLAIN]).digest


def test_kinds_and_fields_of_a_later_version_are_passed_over():
    content = json.loads(list_of([EVERYTHING, PLAIN]).body)
    content["targets"][0] |= {"colour": "red"}
    content["targets"][1] |= {"kind": "gopher"}

    _, found = targets_in(json.dumps(content).encode())

    assert len(found) == 1


def test_observations_arrive_at_the_time_they_were_made_whatever_the_clocks():
    body = batch_of([SEEN, replace(SEEN, sequence=13, ok=True, reason="200 OK in 41 ms ✓", at=92.0)], now=92.25)

    first, second = batch_in(body, "eu", 9, now=1_000.0).observations

    assert first == replace(SEEN, epoch=9, at=998.25)
    assert (second.ok, second.reason, second.at) == (True, "200 OK in 41 ms ✓", 999.75)


def test_a_report_of_failures_is_as_long_as_one_of_successes():
    good = [replace(SEEN, sequence=n, ok=True, reason="200 OK in 3 ms", took=0.003) for n in range(1_000, 1_500)]
    bad = [replace(SEEN, sequence=n) for n in range(1_000, 1_500)]

    assert len(batch_of(bad, 92.25)) <= 1.05 * len(batch_of(good, 92.25))


def test_the_largest_batch_fits_in_the_largest_body():
    long = replace(SEEN, sequence=2**62, check=Check("m" * 300, "p" * 200, "a" * 250), reason="✓" * 96)

    assert len(batch_of([long] * MOST, 100.0)) < LARGEST_BODY


def broken(change):
    row = [12, ["ready", "web/eu", "192.0.2.10"], "d1", 1, 0.5, 0.1, "fine"]
    change(row)
    return json.dumps({"observations": [row]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"observations": 1}',
        b'{"observations": [[]]}',
        b"[" * 10_000,
        broken(lambda row: row.__setitem__(0, -1)),
        broken(lambda row: row.__setitem__(0, 2**63)),
        broken(lambda row: row.__setitem__(0, "many")),
        broken(lambda row: row.__setitem__(1, ["ready"])),
        broken(lambda row: row.__setitem__(3, "perhaps")),
        broken(lambda row: row.__setitem__(4, -1)),
        broken(lambda row: row.__setitem__(4, float("nan"))),
        broken(lambda row: row.__setitem__(4, float("inf"))),
        broken(lambda row: row.__setitem__(6, "x" * 1_000)),
        broken(lambda row: row.append("more")),
        json.dumps({"observations": [[1, ["m", "e", "a"], "d", 1, 0, 0, ""]] * (MOST + 1)}).encode(),
    ],
)
def test_what_is_no_batch_is_refused(body):
    with pytest.raises(WireError):
        batch_in(body, "eu", 7, 100.0)


@given(
    st.binary() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_nothing_that_comes_in_does_worse_than_be_refused(body):
    for read in (targets_in, wanted_in, elsewhere_in, lambda body: batch_in(body, "eu", 7, 100.0)):
        with pytest.raises(WireError):
            read(body)


def test_a_list_with_an_impossible_interval_or_port_is_refused():
    for change in ({"interval": 0}, {"port": 0}, {"port": 65_536}, {"fall": 0}, {"timeout": "soon"}):
        content = json.loads(list_of([PLAIN]).body)
        content["targets"][0] |= change
        with pytest.raises(WireError, match=f"targets/0/{next(iter(change))}"):
            targets_in(json.dumps(content).encode())


def test_the_answers_of_a_node_are_read():
    assert wanted_in(b'{"checks": "abc", "later": 1}').checks == "abc"
    assert elsewhere_in(b'{"session": "5e55", "epoch": -1}').epoch == -1
    with pytest.raises(WireError, match="epoch"):
        elsewhere_in(b'{"session": "5e55", "epoch": 4611686018427387904}')


def test_what_is_asked_once_and_what_came_of_it_arrive_as_they_were_sent():
    asking = Asking("5e55", CHECK, "d1")
    outcomes = (Outcome("5e55", ok=True, reason="200 OK in 3 ms", took=0.003), Outcome("5e56", None, "no ICMP socket"))

    assert wanted_in(wanted_of("abc", [asking])).askings == (asking,)
    assert batch_in(batch_of([SEEN], 92.25, outcomes), "eu", 9, 1_000.0).outcomes == outcomes


def test_where_nobody_asks_nothing_is_said_of_it():
    assert wanted_of("abc") == b'{"checks":"abc"}'
    assert b"once" not in batch_of([SEEN], 92.25)
