"""Whoever helps a worker dies, again and again, under load: nothing is lost, and a region that dies is still left."""

import signal
import time

import psutil
import pytest

from gslb.app import Folders
from gslb.store import SqliteStore
from kit.addresses import free_port, own_address
from kit.flood import Flood
from kit.ledger import Ledger
from kit.packets import query
from kit.processes import Node
from kit.region import Region, regions
from kit.scale import FULL, scaled, seconds
from kit.twoland import DETECTION, NAME, two_regions
from kit.waiting import wait_until

RATE = scaled(1_000, 2_000)  # queries a second
LASTING = seconds(3.0, 600.0)
ROOM = 4 << 10  # octets that a file of the judge's may have: its store can be read, and not written
BACK = 1.0 if FULL else 3.0  # seconds to a judge's return; other tests may run beside


@pytest.fixture
def world():
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    with regions(here, there):
        yield here, (eu, us, port)


def kept_dead(node: Node, lasting: float, ledger: Ledger) -> None:
    """For so long, kill the control process whenever there is one."""
    until, killed = time.monotonic() + lasting, 0
    while time.monotonic() < until:
        for control in node.children_of("control"):
            with_it = psutil.Process(control.pid)
            with_it.send_signal(signal.SIGKILL)
            killed += 1
        ledger.answered("ns1", node.addresses(NAME))
        time.sleep(0.05)
    ledger.injected(f"the control process was killed {killed} times")


def judges_again(node: Node, replaced: int) -> bool:
    """Whether a judge has become ready beyond so many children that were replaced."""
    return any(one["child"] == "judge" for one in node.events("child replaced")[replaced:])


def stored(node: Node, endpoint: str) -> bool:
    """What the store says of an endpoint: whether it is up."""
    store = SqliteStore(Folders(node.state).store, reading=True)
    try:
        (verdict,) = (one for one in store.load_verdicts() if one.check.endpoint == endpoint)
    finally:
        store.close()
    return verdict.up


def test_without_control_and_store_failover_goes_on_and_without_a_judge_answers_stay(tmp_path, world):
    here, places = world
    _, us, _ = places
    with Node(tmp_path, two_regions(*places)) as node, Ledger("alone") as ledger:
        node.start()
        judge = node.child("judge")
        with Flood((node.address, node.port), [query(NAME), query("static.example.com")], RATE) as flood:
            wait_until(lambda: flood.tally.answered > RATE / 2, 20)
            ledger.injected("the control process is killed, and killed again; the judge's files may not grow")
            judge.rlimit(psutil.RLIMIT_FSIZE, (ROOM, judge.rlimit(psutil.RLIMIT_FSIZE)[1]))
            kept_dead(node, LASTING, ledger)

            here.stop()
            lost_at = ledger.injected("region eu dies")
            wait_until(lambda: node.addresses(NAME) == {us}, DETECTION, lambda: node.log)
            assert stored(node, "web/eu-west"), "what was stored is from before: it could not be written"
            ledger.held("failover without control and store, s", time.monotonic() - lost_at, DETECTION)
            kept_dead(node, LASTING / 2, ledger)

            replaced = len(node.events("child replaced"))
            node.child("judge").send_signal(signal.SIGKILL)
            killed_at = ledger.injected("the judge is killed")
            while not judges_again(node, replaced) and time.monotonic() < killed_at + 10 * BACK:
                ledger.answered("ns1", node.addresses(NAME))
                time.sleep(0.01)
            ledger.held("a judge is back, s", time.monotonic() - killed_at, BACK)
            for _ in range(20):
                ledger.answered("ns1", node.addresses(NAME))
                assert node.addresses(NAME) == {us}
        ledger.held("queries lost", flood.tally.lost, 0)
        assert set(map(len, flood.tally.replies.values())) <= {1, 2}  # of www: one answer before, and one after
