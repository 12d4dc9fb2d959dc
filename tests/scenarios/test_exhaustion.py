"""A node without descriptors, or without room on the disk: it answers on, says what it cannot do, and recovers."""

import errno
import os
import signal
import socket
from contextlib import ExitStack, contextmanager

import psutil
import pytest

from gslb.control import ChangeKind
from gslb.store import SqliteStore
from kit.addresses import free_port, own_address
from kit.disk import TROUBLES, Disk
from kit.flood import Flood
from kit.packets import query
from kit.processes import Node
from kit.region import Region, regions
from kit.scale import scaled
from kit.twoland import DETECTION, NAME, RETURN, two_regions
from kit.waiting import wait_until

RATE = scaled(1_000, 5_000)
DESCRIPTORS = 256
CONNECTIONS = 400
ROOM = 64 << 10  # octets that a file may have: room for what stands there and for a journal, for nothing that is built
LONG = "".join(
    f"      name{number} 1h TXT a-text-that-takes-some-room-on-the-disk-{number}\n" for number in range(2_000)
)


@pytest.fixture
def world():
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    with regions(here, there):
        yield here, there, (eu, us, port)


@contextmanager
def limited(node: Node, what: int, limit: int):
    """Every process of the node under a soft limit; those that start meanwhile inherit it. Taken off again after."""
    for process in node.tree():
        process.rlimit(what, (limit, process.rlimit(what)[1]))
    yield
    for process in node.tree():
        hard = process.rlimit(what)[1]
        process.rlimit(what, (hard, hard))


@contextmanager
def flooded(node: Node):
    with Flood((node.address, node.port), [query(NAME), query("static.example.com")], RATE) as flood:
        wait_until(lambda: flood.tally.answered > RATE / 2, 20)
        yield flood
        sent = flood.tally.sent
        wait_until(lambda: flood.tally.sent > sent + RATE / 2, 20)


def test_without_descriptors_udp_is_answered_a_worker_replaced_and_the_node_upgraded(tmp_path, world, record_property):
    _, _, places = world
    eu, _, _ = places
    with Node(tmp_path, two_regions(*places)) as node, ExitStack() as held:
        node.start()
        with limited(node, psutil.RLIMIT_NOFILE, DESCRIPTORS), flooded(node) as flood:
            for _ in range(CONNECTIONS):
                held.enter_context(socket.create_connection((node.address, node.port), 10))
            worker = node.child("worker")
            worker.send_signal(signal.SIGKILL)
            wait_until(lambda: node.child("worker").pid != worker.pid, 20, lambda: node.log)
            done = node.cli("upgrade")
            assert done.returncode == 0, done.stderr
            assert node.addresses(NAME) == {eu}
        told = f"{CONNECTIONS} connections on {DESCRIPTORS} descriptors, a worker killed, an upgrade; {flood.tally}"
        print(told)
        record_property("descriptors", told)
        assert flood.tally.lost <= 64, "the batch in the hands of the worker that was killed"
        assert node.end() == 0


def test_without_room_on_the_disk_answers_and_failovers_go_on_and_a_reload_is_refused(tmp_path, world, record_property):
    here, _, places = world
    eu, us, _ = places
    with Node(tmp_path, two_regions(*places)) as node:
        node.start()
        with limited(node, psutil.RLIMIT_FSIZE, ROOM), flooded(node) as flood:
            node.write(two_regions(*places, records=LONG))
            assert node.reload() in {"failed", "refused"}
            assert os.strerror(errno.EFBIG) in node.events("reload")[-1]["faults"]
            here.stop()
            wait_until(lambda: node.addresses(NAME) == {us}, DETECTION)
            done = node.cli("upgrade")
            assert done.returncode == 1
            assert os.strerror(errno.EFBIG) in done.stderr
            assert node.addresses(NAME) == {us}
            assert node.page("/readyz")[0] == 200
        assert node.reload() == "applied"
        wait_until(lambda: node.ask("name7.example.com", "TXT").answer, 10)
        here.start()
        wait_until(lambda: node.addresses(NAME) == {eu}, RETURN)
        told = f"no room on the disk, a reload and an upgrade refused, a failover; {flood.tally}"
        print(told)
        record_property("disk", told)
        assert (flood.tally.lost, flood.tally.strange) == (0, 0)
        assert not node.events("child ended")
        assert node.end() == 0


@pytest.mark.parametrize("trouble", ["io-error", "read-only"])
def test_with_a_broken_disk_answers_and_failovers_go_on_and_what_was_refused_is_written_later(
    tmp_path, world, trouble, record_property
):
    here, _, places = world
    eu, us, _ = places
    disk = Disk(tmp_path)
    with Node(tmp_path, two_regions(*places)) as node:
        node.environment = disk.environment
        node.start()
        with flooded(node) as flood:
            disk.breaks(TROUBLES[trouble])
            node.write(two_regions(*places, records=LONG))
            assert node.reload() in {"failed", "refused"}
            assert os.strerror(TROUBLES[trouble]) in node.events("reload")[-1]["faults"]
            here.stop()
            wait_until(lambda: node.addresses(NAME) == {us}, DETECTION)
            wait_until(lambda: node.events("store_failed"), 10)
            assert node.page("/readyz")[0] == 200
            disk.mends()
            wait_until(lambda: eu in downs(node), 10)
        assert node.reload() == "applied"
        told = f"{trouble} on every write, a reload refused, a failover, kept once it was mended; {flood.tally}"
        print(told)
        record_property("disk", told)
        assert (flood.tally.lost, flood.tally.strange) == (0, 0)
        assert not node.events("child ended")
        assert node.end() == 0


def downs(node: Node) -> set[str]:
    """Addresses of which the chronicle on disk says that they went down."""
    chronicle = SqliteStore(node.state / "gslb.db", reading=True)
    found = {
        one.change.data["check"]["address"]
        for one in chronicle.since(0, kinds=[ChangeKind.VERDICT])
        if one.change.data and not one.change.data["up"]
    }
    chronicle.close()
    return found
