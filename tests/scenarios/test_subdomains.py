"""A flood of names that never were, beside clients who ask for what is: they are answered, and nothing grows.

`GSLB_FULL=1` asks 5,000 of them a second for two minutes; `GSLB_SECONDS=600` makes that ten.
"""

import pytest
from scenarios.hostile import MEBIBYTE, memory

from kit.addresses import free_port, own_address
from kit.flood import Flood
from kit.packets import query
from kit.processes import Node
from kit.region import Region, regions
from kit.scale import scaled, seconds
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

RATE = scaled(1_500, 5_000)  # names a second
HONEST = scaled(200, 1_000)  # queries a second beside them
SECONDS = seconds(6, 120)
WARM = 0.3  # of the time, after which a process has met everything it keeps
GROWTH = 10 * MEBIBYTE
LABEL = slice(13, 33)  # where the first label stands in a query that begins with one of 20 octets


@pytest.fixture
def world():
    eu, us, port = own_address(), own_address(), free_port()
    with regions(Region(port, eu, us)):
        yield eu, us, port


@pytest.mark.timeout(300 + 2 * SECONDS)
def test_names_that_never_were_take_no_memory_and_no_answers_from_others(tmp_path, world, record_property):
    honest = [query(NAME), query("static.example.com")]
    unknown = [query("x" * (LABEL.stop - LABEL.start) + ".example.com")]
    with Node(tmp_path, two_regions(*world)) as node:
        node.start()
        place = (node.address, node.port)
        with Flood(place, honest, HONEST) as clients, Flood(place, unknown, RATE, LABEL) as flood:
            wait_until(lambda: flood.tally.sent > RATE * SECONDS * WARM, 30 + SECONDS)
            before = memory(node)
            wait_until(lambda: flood.tally.sent > RATE * SECONDS, 30 + SECONDS)
            after = memory(node)
        growth = {who: after.get(who, 0) - size for who, size in before.items()}
        sizes = ", ".join(f"{who.split('/')[0]} {size / MEBIBYTE:+.1f}" for who, size in growth.items())
        told = (
            f"flood, {flood.tally}; clients, {clients.tally}; memory in MiB: {sizes}, "
            f"together {sum(growth.values()) / MEBIBYTE:+.1f} of {sum(after.values()) / MEBIBYTE:.0f}"
        )
        print(told)
        record_property("subdomains", told)
        assert before.keys() == after.keys(), "nobody died"
        assert sum(growth.values()) <= GROWTH
        assert clients.tally.lost <= clients.tally.sent / 1_000
        assert clients.tally.strange == 0
        (replies,) = flood.tally.replies.values()
        assert sum(replies.values()) == flood.tally.answered
        assert {rest[1] & 15 for rest in replies} == {3}  # NXDOMAIN
