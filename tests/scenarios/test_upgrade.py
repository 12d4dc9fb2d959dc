"""A node becomes a new program under load: same process, same sockets, nothing lost, nobody reset; or it stays."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from kit.addresses import free_port, own_address
from kit.callers import Callers
from kit.flood import Flood
from kit.packets import query
from kit.processes import GSLB, Node, Process, answers, ask
from kit.region import Region, regions
from kit.scale import scaled
from kit.twoland import DETECTION, NAME, two_regions
from kit.waiting import wait_until

RATE = scaled(2_000, 10_500)
UPGRADES = int(scaled(2, 5))
TABLED = [query(NAME), query("static.example.com"), query("nowhere.example.com")]
PASSED_ON = [query("id.server", 16, rdclass=3)]  # has no stored plan: the responder answers
FEW = 50.0  # of those a second


@pytest.fixture
def world():
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    with regions(here, there):
        yield here, there, (eu, us, port)


def test_upgrades_under_load_lose_nothing_and_reset_nobody(tmp_path, world, record_property):
    _, _, places = world
    place_of = places[0]
    with Node(tmp_path, two_regions(*places), node="identity: ns1", workers=int(scaled(1, 2))) as node:
        node.start()
        process, took = psutil.Process(node.pid), []
        began, before = process.create_time(), {child.pid for child in process.children()}
        before.remove(node.child("responder").pid)  # it stays as long as connections do
        epochs = [epoch(node)]
        place = (node.address, node.port)
        with (
            Flood(place, TABLED, RATE) as flood,
            Flood(place, PASSED_ON, FEW) as few,
            Callers(place, TABLED) as callers,
        ):
            wait_until(lambda: flood.tally.answered > RATE / 2 and callers.calls.answered > 20, 20)
            for _ in range(UPGRADES):
                started = time.monotonic()
                done = node.cli("upgrade")
                took.append(time.monotonic() - started)
                assert (done.returncode, done.stdout[:12]) == (0, "upgraded in "), done.stderr
                epochs.append(epoch(node))
            sent = flood.tally.sent
            wait_until(lambda: flood.tally.sent > sent + RATE / 2, 20)
        told = f"{UPGRADES} upgrades, {max(took):.1f} s at most; {flood.tally}; passed on, {few.tally}; {callers.calls}"
        print(told)
        record_property("upgrades", told)
        assert [(each.tally.lost, each.tally.strange) for each in (flood, few)] == [(0, 0)] * 2
        assert (callers.calls.resets, callers.calls.unanswered) == (0, 0)
        assert set(map(len, flood.tally.replies.values())) == {1}  # one answer to each question, all the time
        assert epochs == sorted(set(epochs)), "(epoch, generation) never goes back"
        assert psutil.Process(node.pid).create_time() == began
        assert before.isdisjoint(child.pid for child in psutil.Process(node.pid).children())
        assert node.addresses(NAME) == {place_of}
        assert node.end() == 0


def epoch(node: Node) -> tuple[int, int]:
    found = node.status_now()
    return found["epoch"], found["generation"]


def test_verdicts_words_and_edits_come_through_an_upgrade(tmp_path, world):
    here, there, places = world
    _, us, _ = places
    with Node(tmp_path, two_regions(*places)) as node:
        node.start()
        here.stop()
        wait_until(lambda: node.addresses(NAME) == {us}, DETECTION)
        here.start()
        here.freeze()  # so nothing is heard of it until the timeout: what is answered first comes from the store
        assert node.cli("drain", "web/us-east", "--why", "CHG-1").returncode == 0
        node.write(two_regions(*places, records="      new 1h A 192.0.2.9\n"))

        assert node.cli("upgrade").returncode == 0

        assert node.addresses(NAME) == {us}
        assert node.addresses("new.example.com") == {"192.0.2.9"}
        (override,) = node.status_now()["overrides"]
        assert (override["path"], override["word"], override["why"]) == ("web/us-east", "drain", "CHG-1")
        there.stop()


def test_a_program_that_would_not_serve_is_refused_and_the_old_one_goes_on(tmp_path, world):
    """First the configuration is broken, then the program itself."""
    _, _, places = world
    eu, _, _ = places
    good = two_regions(*places)
    program = tmp_path / "program"
    (program / "gslb").mkdir(parents=True)
    with Node(tmp_path, good) as node:
        there = f"{program}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        node.environment = {"PYTHONPATH": there, "PYTHONSAFEPATH": "1"}  # before the folder that the test runs in
        node.start()
        children = {child.pid for child in psutil.Process(node.pid).children()}
        node.write(good.replace("web/us-east", "web/us-eats"))
        done = node.cli("upgrade")
        assert (done.returncode, done.stdout) == (1, "")
        assert "the program on disk would not serve" in done.stderr
        assert "did you mean web/us-east?" in done.stderr

        node.write(good)
        (program / "gslb" / "__init__.py").write_text("raise ImportError('half installed')\n")
        done = node.cli("upgrade")
        assert (done.returncode, done.stdout) == (1, "")
        assert "half installed" in done.stderr

        (program / "gslb" / "__init__.py").unlink()
        (program / "gslb").rmdir()
        assert node.addresses(NAME) == {eu}
        assert {child.pid for child in psutil.Process(node.pid).children()} == children
        assert node.cli("upgrade").returncode == 0


def test_signals_that_come_while_a_node_becomes_another_program_are_not_lost(tmp_path, world):
    """Their default would end it."""
    _, _, places = world
    with Node(tmp_path, two_regions(*places)) as node:
        node.start()
        node.signal(signal.SIGUSR2)
        for _ in range(40):
            node.signal(signal.SIGUSR2)
            node.signal(signal.SIGHUP)
            time.sleep(0.05)
        wait_until(lambda: "upgraded in" in node.said, 40, lambda: node.log)
        node.signal(signal.SIGTERM)

        assert node.wait() == 0
        assert not node.events("child ended")


def test_a_node_without_a_configuration_keeps_its_zones_and_its_place(tmp_path):
    place = (own_address(), free_port())
    zone = tmp_path / "zone"
    zone.write_text("@ 60 SOA a b 1 2 3 4 5\n@ 60 NS ns.elsewhere.test.\n* 60 A 192.0.2.99\n")
    words = ["serve", "--zone", f"example.org={zone}", "--listen", f"{place[0]}:{place[1]}"]
    with Process(tmp_path, "gslb", [*GSLB, *words]) as process:
        process.launch()
        wait_until(lambda: "ready in" in process.said, 40, lambda: process.log)
        (lock,) = [Path(each.path) for each in psutil.Process(process.pid).open_files() if each.path.endswith("/lock")]
        process.signal(signal.SIGUSR2)
        wait_until(lambda: "upgraded in" in process.said, 40, lambda: process.log)

        assert answers(ask(place, "x.example.org")) == {"192.0.2.99"}
        assert answers(ask(place, "x.example.org", tcp=True)) == {"192.0.2.99"}
        assert process.end() == 0
    assert not lock.exists()
