"""An incident is measured while it goes on, and told afterwards with nothing of the node running."""

import pytest

from gslb.app.incidents import Measured, Measuring, Moved, answered, incidents_told
from gslb.app.keepsake import open_telemetry
from gslb.app.past import Past
from gslb.control import Heard, Journal
from gslb.health import Observation
from gslb.image import CounterLabel
from gslb.nameserver import Move
from kit.judge_node import Node

EU, US = ("www.example.com.", "web/eu-west"), ("www.example.com.", "web/us-east")


class Clock:
    def __init__(self, monkeypatch):
        self.wall = 1_000.0
        monkeypatch.setattr("gslb.app.judge_loop.time.time", lambda: self.wall)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


class Watched(Node):
    """A judge's loop whose endpoints are probed by hand, and what measures it."""

    def __init__(self, path, clock):
        super().__init__(path)
        self.clock = clock
        self._sequence = 0
        self.telemetry = open_telemetry(self.folders, self.journal)
        self.measuring = Measuring(self.folders, Past(self.folders), self.telemetry, self.journal)
        self.probe(ok=True)
        self.open()

    def probe(self, *endpoints, ok):
        import time

        found = []
        for check in self.loop.judging.verdicts:
            if check.endpoint in endpoints or not endpoints:
                self._sequence += 1
                digest = self.loop.judging.model.monitors[check.monitor].digest
                said = "200 OK" if ok else "connect timeout"
                found.append(Observation("ns1", 1, self._sequence, check, digest, ok, said, time.monotonic(), 0.1))
        self.loop.turn([Heard(tuple(found))])

    def measure(self, now):
        young = self.measuring.follow(now)
        self.measuring.keep([(one, self.measuring.measured(one, moved)) for one, moved in young])


@pytest.fixture
def node(tmp_path, clock):
    made = Watched(tmp_path, clock)
    yield made
    made.loop.close()


def test_all_phases_are_told_after_the_node_is_gone(node, clock):
    look = node.measuring.look
    look(1_000.0, {EU: 0, US: 0}, 0.5)
    clock.wall = 1_010.0
    node.probe("web/eu-west", ok=False)
    look(1_010.5, {EU: 8, US: 0}, 0.5)
    clock.wall = 1_011.0
    node.probe("web/eu-west", ok=False)
    look(1_011.5, {EU: 9, US: 1}, 0.5)
    look(1_012.0, {EU: 9, US: 5}, 0.5)
    node.measure(1_012.0)
    clock.wall = 1_100.0
    for _ in range(2):
        node.probe("web/eu-west", ok=True)
    node.telemetry.close()

    (told,) = incidents_told(node.folders)
    assert told["endpoints"] == ["web/eu-west"]
    assert (told["seen"], told["verdict"], told["published"]) == (1_010.0, 1_011.0, 1_011.0)
    assert (told["first_answer"], told["last_old_answer"]) == (1_011.5, 1_011.5)
    assert {move["name"] for move in told["moved"]} == {"www.example.com.", "api.example.com.", "elastic.example.com."}
    assert told["last_stale"] == 1_010.0 + 64  # elastic had its longest TTL when the first probe failed
    assert told["rto"] == 64.0
    assert told["injected"] is None


def test_answers_from_before_anything_was_suspected_are_stale_for_their_longer_ttl(node, clock):
    clock.wall = 1_300.0  # the TTL of elastic has grown by now
    for _ in range(8):
        node.loop.turn([])
        clock.wall += 100
    began = clock.wall
    for wait in (0.0, 1.0):
        clock.wall = began + wait
        node.probe("web/eu-west", ok=False)
    node.measure(clock.wall + 1)

    (told,) = incidents_told(node.folders)
    assert {move["name"].partition(".")[0]: move["ttl"] for move in told["moved"]}["elastic"] == 4
    assert told["last_stale"] == began + 64


def test_without_traffic_the_last_stale_client_is_that_of_the_publication(node, clock):
    clock.wall = 1_010.0
    for _ in range(2):
        node.probe("shop/us-east", ok=False)
    node.measure(1_012.0)

    (told,) = incidents_told(node.folders)
    assert (told["first_answer"], told["last_old_answer"]) == (None, None)
    assert [(move["name"], move["new"]) for move in told["moved"]] == [("shop.example.com.", ["sorry/us-east"])]
    assert told["last_stale"] == 1_010.0 + 30


def test_what_was_measured_does_not_change_when_measuring_ends(node, clock):
    clock.wall = 1_010.0
    for _ in range(2):
        node.probe("web/eu-west", ok=False)
    node.measuring.look(1_009.0, {EU: 0}, 0.5)
    node.measuring.look(1_010.5, {EU: 1}, 0.5)
    node.measure(1_011.0)
    before = incidents_told(node.folders)

    node.measure(9_999.0)
    again = Measuring(node.folders, Past(node.folders), node.telemetry, Journal("control", write=node.lines.append))
    again.look(1_012.0, {EU: 1}, 0.5)
    again.keep([(one, again.measured(one, moved)) for one, moved in again.follow(1_013.0)])

    assert before[0]["last_old_answer"] == 1_010.5
    assert incidents_told(node.folders) == before


def test_what_the_chronicle_tells_of_no_more_is_forgotten(node, clock):
    clock.wall = 1_010.0
    for _ in range(2):
        node.probe("web/eu-west", ok=False)
    node.measure(1_011.0)
    (told,) = incidents_told(node.folders)
    node.telemetry.compare_and_swap("incident 999999", b"{}", 0)
    node.telemetry.compare_and_swap("demand", b"other", 0)

    Measuring(node.folders, Past(node.folders), node.telemetry, node.journal).forget()  # it has not read anything yet
    assert node.telemetry.read("incident 999999")[0] == b"{}"
    node.measuring.forget()

    kept = {name for name, value, _ in node.telemetry.watch(0) if value is not None}
    assert kept == {f"incident {told['number']}", "demand"}


def test_before_the_judge_has_written_anything_there_is_nothing_to_measure(tmp_path):
    node_folders = Node(tmp_path).folders
    node_folders.store.unlink()
    lines = []

    assert Measuring(node_folders, Past(node_folders), None, Journal("control", write=lines.append)).follow(1.0) == []
    assert lines == []


def test_answers_are_counted_by_name_and_endpoint():
    labels = [
        CounterLabel("example.com.", "A", "NOERROR", "www", "web/eu"),
        CounterLabel("example.com.", "AAAA", "NOERROR", "www", "web/eu"),
        CounterLabel("example.com.", "A", "NOERROR", "www", ""),
        CounterLabel("example.com.", "MX", "NOERROR"),
    ]

    assert answered([(labels, [1, 2, 4, 8]), (labels[:1], [16])]) == {("www", "web/eu"): 19}


def test_answers_of_an_endpoint_that_is_back_are_no_old_ones(node, clock):
    clock.wall = 1_010.0
    for _ in range(2):
        node.probe("web/eu-west", ok=False)
    looks = [(1_009.5, 0), (1_010.0, 5), (1_010.5, 6), (1_013.0, 6), (1_014.0, 9), (1_014.5, 12)]
    for now, total in looks:
        node.measuring.look(now, {EU: total}, 0.5)
    node.measure(1_015.0)

    (told,) = incidents_told(node.folders)
    assert told["last_old_answer"] == 1_010.5


def test_old_answers_long_after_a_publication_are_about_something_else(node, clock):
    clock.wall = 1_010.0
    for _ in range(2):
        node.probe("web/eu-west", ok=False)
    (found,) = node.measuring.follow(1_011.0)
    incident, _ = found
    move = Move("www.example.com.", ("web/eu-west",), ("web/us-east",), 30)
    for now in range(1_000, 1_200):
        node.measuring.look(float(now), {EU: now}, 1.0)

    assert node.measuring.measured(incident, Moved((move,))) == Measured((move,), None, None, 1_040.0, 1.0)
