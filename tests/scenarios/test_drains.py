"""A drain with a ramp under load: clients move by and by, none is refused; a dead judge or control changes nothing."""

import time
from itertools import pairwise

import pytest

from kit.addresses import free_port, own_address
from kit.processes import Node
from kit.region import Region, regions
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

SLACK = 0.12  # that a share seen in some hundred answers may be off by
SOON = 5.0  # seconds that an order may take to be published, on a busy machine
MORE = """\
routing_controls: {eu-west: {}, us-east: {}}
safety:
  - {keep: 1, of: [eu-west, us-east], why: the database has two homes}
"""


@pytest.fixture
def world(tmp_path):
    eu, us, port = own_address(), own_address(), free_port()
    with regions(Region(port, eu), Region(port, us)), Node(tmp_path, two_regions(eu, us, port, more=MORE)) as node:
        yield node.start(), eu, us


class Ledger:
    """What was answered, and when (wall seconds)."""

    def __init__(self, node: Node) -> None:
        self.node, self.rows = node, []

    def ask_until(self, wall: float) -> None:
        """Ask without a pause; every question is answered with one address."""
        while time.time() < wall:
            asked = time.time()
            (address,) = self.node.addresses(NAME)
            self.rows.append((asked, time.time(), address))

    def share(self, address: str, begin: float, end: float) -> float:
        """How many of the answers given between two moments named an address."""
        found = [one for asked, answered, one in self.rows if begin <= asked and answered < end]
        assert len(found) > 50, "too few answers to tell a share"
        return found.count(address) / len(found)


def order(node: Node, *words: str) -> str:
    done = node.cli(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_clients_move_by_and_by_without_a_failure_and_at_the_end_all_of_them_have(world):
    node, eu, us = world
    ledger = Ledger(node)
    ledger.ask_until(time.time() + 0.5)
    assert "ramp 6s, until undone" in order(node, "drain", "eu-west", "--ramp", "6s", "--why", "CHG-1")
    (word,) = node.status_now()["overrides"]
    begins = word["begins"]

    ledger.ask_until(begins + 8)

    shares = [ledger.share(us, begins + second, begins + second + 1) for second in range(7)]
    assert all(after > before - SLACK for before, after in pairwise(shares)), shares
    for second, share in enumerate(shares[:6]):
        assert share == pytest.approx((second + 0.5) / 6, abs=2 * SLACK), shares
    late = [address for asked, _, address in ledger.rows if asked > begins + 7]
    assert late
    assert eu not in late

    order(node, "undrain", "eu-west")
    wait_until(lambda: node.addresses(NAME) == {eu}, SOON)
    orders = [line for line in order(node, "audit").splitlines() if not line.startswith(" ")]
    assert [line.split("  ")[2] for line in orders] == ["drain eu-west", "undrain eu-west"]


def test_a_ramp_goes_on_where_it_should_be_when_the_judge_is_killed_and_needs_no_control_process(world):
    node, eu, us = world
    ledger = Ledger(node)
    control = node.child("control")
    control.suspend()  # orders and their rules need the judge alone
    try:
        order(node, "drain", "eu-west", "--ramp", "12s")
        refused = node.cli("control", "us-east", "off")
        assert refused.returncode == 1
        assert "keep 1 of eu-west, us-east (the database has two homes)" in refused.stderr
        assert order(node, "control").startswith("eu-west  on")
    finally:
        control.resume()
    begins = wait_until(lambda: [one["begins"] for one in node.status_now()["overrides"]], SOON)[0]

    ledger.ask_until(begins + 3)
    judge = node.child("judge")
    judge.kill()
    ledger.ask_until(begins + 14)

    assert node.child("judge").pid != judge.pid
    assert ledger.share(us, begins + 8, begins + 10) == pytest.approx(9 / 12, abs=SLACK)
    late = [address for asked, _, address in ledger.rows if asked > begins + 13]
    assert late
    assert eu not in late
    assert [one["id"] for one in node.status_now()["overrides"]] == ["d-1"]
    order(node, "cancel", "d-1")
    wait_until(lambda: node.addresses(NAME) == {eu}, SOON)
