"""A large zone is edited again and again: each edit is answered, and nothing that was counted is ever forgotten."""

import pytest

from kit.addresses import free_port, own_address
from kit.processes import Node
from kit.region import Region, regions
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

HOSTS = 1_100
EDITS = 6  # more than snapshots are kept, so that images go
COUNTERS = ("gslb_queries_total", "gslb_answers_total", "gslb_responses_total", "gslb_packets_received_total")


@pytest.fixture
def world():
    eu, us, port = own_address(), own_address(), free_port()
    with regions(Region(port, eu, us)):
        yield eu, us, port


def edited(number: int) -> str:
    """The zone after so many edits: one record changes, one comes; now and then so many that layers do not pay."""
    hosts = "".join(f"h{host} 1h A 192.0.2.{host % 250}\n" for host in range(HOSTS + 300 * (number == 4)))
    head = f"@ 1h SOA ns1 hostmaster {number} 2h 15m 2w 1m\n@ 1h NS ns1\nns1 1h A 127.0.0.1\n"
    return f"{head}{hosts}edit 1h A 198.51.100.{number}\nnew{number} 1h TXT {number}\n"


def counted(node: Node) -> dict[tuple[object, ...], float]:
    return {(name, *sorted(labels.items())): value for name in COUNTERS for labels, value in node.samples(name)}


def test_counters_go_on_through_layers_whole_images_removed_ones_and_new_workers(tmp_path, world):
    zone = tmp_path / "big.zone"
    zone.write_text(edited(0))
    with Node(tmp_path, two_regions(*world, more=f"  big.test: {{file: {zone}}}\n"), workers=2) as node:
        node.start()
        before = counted(node)
        for number in range(1, EDITS + 1):
            zone.write_text(edited(number))
            assert node.reload() == "applied"
            wait_until(lambda number=number: node.addresses("edit.big.test") == {f"198.51.100.{number}"}, 10)
            for name in ("h7.big.test", f"new{number}.big.test", f"new{number - 1}.big.test", NAME):
                node.ask(name)
            if number == 3:
                victim = node.child("worker")
                victim.kill()
                wait_until(lambda victim=victim: victim.pid not in {one.pid for one in node.children_of("worker")}, 10)
            now = counted(node)
            assert {key: (value, now.get(key, 0)) for key, value in before.items() if now.get(key, 0) < value} == {}
            before = now

        def queries(zone: str, rdtype: str, rcode: str) -> float:
            return node.metric("gslb_queries_total", zone=zone, type=rdtype, rcode=rcode)

        assert queries("big.test.", "other", "NXDOMAIN") == EDITS
        assert queries("big.test.", "other", "NOERROR") == EDITS  # new*, which has no A
        assert queries("example.com.", "A", "NOERROR") == EDITS
        assert node.metric("gslb_answers_total", name=f"{NAME}.") == EDITS
        assert node.metric("gslb_responses_total", rcode="NOERROR") == 2 * EDITS + queries("big.test.", "A", "NOERROR")
