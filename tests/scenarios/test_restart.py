"""kill -9 of a whole node, and its next start: soon right again, with verdicts and overrides as they were."""

import pytest

from kit.addresses import free_port, own_address
from kit.ledger import Ledger
from kit.processes import Node
from kit.region import Region, regions
from kit.restarts import ends_with, first_answer
from kit.twoland import DETECTION, NAME, two_regions
from kit.waiting import wait_until

TRIES = 3  # the best of them counts: how fast this machine is while it does other things is not the question
WITHIN = 2.0  # seconds, on a machine that has nothing else to do
BUSY = 4  # times that, where other tests run beside


@pytest.fixture
def world():
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    with regions(here, there):
        yield here, there, (eu, us, port)


def restarted(node: Node, name: str, address: str) -> float:
    """kill -9 and start: the first answer is right; how long it took."""
    node.kill_all()
    starts = node.said.count("ready in")
    seconds, reply = first_answer(node, name)
    assert ends_with(reply, address), reply.hex()
    wait_until(lambda: node.said.count("ready in") > starts, 40, lambda: node.log)
    return seconds


def test_a_killed_node_answers_right_at_once_and_still_knows_what_is_down(tmp_path, world, record_property):
    here, _, places = world
    _, us, _ = places
    with Node(tmp_path, two_regions(*places)) as node:
        node.start()
        here.stop()
        wait_until(lambda: node.addresses(NAME) == {us}, DETECTION)

        with Ledger("restart") as ledger:
            took = []
            for _ in range(TRIES):
                ledger.injected("kill -9 of the node, and start")
                took.append(restarted(node, NAME, us))
            record_property("restart_seconds", [round(seconds, 3) for seconds in took])
            ledger.held("first right answer, s", min(took), BUSY * WITHIN)
        assert node.states() == {"web/eu-west": "down", "web/us-east": "up"}


def test_a_verdict_survives_an_edit_made_while_the_node_was_down(tmp_path, world):
    """It is built anew then, and while nothing is heard of what was down, that stays down."""
    here, _, places = world
    _, us, _ = places
    with Node(tmp_path, two_regions(*places)) as node:
        node.start()
        here.stop()
        wait_until(lambda: node.addresses(NAME) == {us}, DETECTION)
        node.kill_all()
        here.start()
        here.freeze()  # whoever asks hears nothing until the timeout, so no probe is over before the first answer
        node.write(two_regions(*places, records="      new 1h A 192.0.2.9\n"))

        _, reply = first_answer(node, NAME)

        assert ends_with(reply, us)
        wait_until(lambda: node.addresses("new.example.com") == {"192.0.2.9"}, 40)
        assert node.addresses(NAME) == {us}


def test_overrides_survive(tmp_path, world):
    _, _, places = world
    eu, us, _ = places
    with Node(tmp_path, two_regions(*places)) as node:
        node.start()
        assert node.cli("off", "web/eu-west", "--why", "INC-1").returncode == 0
        wait_until(lambda: node.addresses(NAME) == {us}, 5)

        restarted(node, NAME, us)

        (override,) = node.status_now()["overrides"]
        assert (override["path"], override["word"], override["why"]) == ("web/eu-west", "off", "INC-1")
        assert node.cli("auto", "web/eu-west").returncode == 0
        wait_until(lambda: node.addresses(NAME) == {eu}, 5)


HARMS = {
    "tables gone": ("run/arena-*", lambda path: path.unlink()),
    "tables full of zeros": ("run/arena-*", lambda path: path.write_bytes(bytes(path.stat().st_size))),
    "an image cut short": ("images/zone-*", lambda path: path.write_bytes(path.read_bytes()[:100])),
    "a snapshot cut short": ("snapshots/*", lambda path: path.write_bytes(path.read_bytes()[:100])),
    "a store of nonsense": ("gslb.db", lambda path: path.write_text("nonsense" * 1_000)),
}


def test_a_node_starts_however_its_state_was_harmed(tmp_path, world):
    """A machine that lost power leaves files cut short, full of zeros, or none."""
    _, _, places = world
    eu, _, _ = places
    with Node(tmp_path, two_regions(*places)) as node:
        node.start()
        for name, (pattern, harm) in HARMS.items():
            node.kill_all()
            harmed = list(node.state.glob(pattern))
            assert harmed, name
            for path in harmed:
                harm(path)
            node.start()

            assert node.addresses(NAME) == {eu}, name
            assert node.addresses("static.example.com") == {"192.0.2.1"}, name
