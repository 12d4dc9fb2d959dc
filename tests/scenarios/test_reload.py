"""SIGHUP under load: nothing lost, nothing wrong; what is broken is refused, and the old goes on."""

import dns.message
import dns.rcode
import pytest

from kit.addresses import free_port, own_address
from kit.flood import Flood
from kit.packets import opt, query, subnet
from kit.processes import Node
from kit.region import Region, regions
from kit.scale import scaled
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

RATE = scaled(2_000, 10_500)  # queries a second
RELOADS = 5

STEER = """\
      weighted: {ttl: 5s, weighted: {web/eu-west: 1, web/us-east: 3}}
      many: {ttl: 5s, multivalue: web}
      "*.any": {ttl: 5s, sticky: web}
"""


@pytest.fixture
def world():
    """Two addresses and the port that their backends are up at."""
    eu, us, port = own_address(), own_address(), free_port()
    with regions(Region(port, eu, us)):
        yield eu, us, port


def zone(number: int) -> str:
    records = ("@ 1h NS ns1", "ns1 1h A 127.0.0.1", f"host 60 A 192.0.2.{number}")
    return f"  zone{number}.test:\n    records: |\n" + "".join(f"      {record}\n" for record in records)


def test_five_reloads_under_load_lose_nothing_and_answer_nothing_wrong(tmp_path, world, record_property):
    eu, us, _ = world
    rr = [
        ("static.example.com", [{"192.0.2.1"}]),
        ("alias.example.com", [{"static.example.com.", "192.0.2.1"}]),
        (NAME, [{eu}]),
        ("weighted.example.com", [{eu}, {us}]),
        ("many.example.com", [{eu, us}]),
        ("x.any.example.com", [{eu}, {us}]),
        ("nowhere.example.com", [set()]),
    ]
    asked = [
        query(name, additional=opt(options=subnet(b"\x51\x02\x45", 24)) if "any" in name else b"") for name, _ in rr
    ]
    with Node(tmp_path, two_regions(*world, steer=STEER)) as node:
        node.start()
        with Flood((node.address, node.port), asked, RATE) as flood:
            wait_until(lambda: flood.tally.sent > RATE / 2, 20)
            for number in range(1, RELOADS + 1):
                more = "".join(map(zone, range(1, number + 1)))
                node.write(two_regions(*world, steer=STEER, more=more))
                assert node.reload() == "applied"
                wait_until(lambda number=number: node.addresses(f"host.zone{number}.test") == {f"192.0.2.{number}"}, 10)
            sent = flood.tally.sent
            wait_until(lambda: flood.tally.sent > sent + RATE / 2, 20)
        tally = flood.tally
        print(f"{RELOADS} reloads; {tally}")
        record_property("reload_sent", tally.sent)
        record_property("reload_rate", round(tally.rate))
        record_property("reload_lost", tally.lost)
        assert tally.lost == 0
        assert tally.strange == 0
        for which, (name, right) in enumerate(rr):
            assert tally.replies[which], name
            for rest in tally.replies[which]:
                reply = dns.message.from_wire(b"\0\0" + rest)
                found = {rdata.to_text() for rrset in reply.answer for rdata in rrset}
                assert found in right, (name, reply.to_text())
                assert reply.rcode() == (dns.rcode.NXDOMAIN if "nowhere" in name else dns.rcode.NOERROR)
        assert node.reloads() == {"applied": RELOADS, "refused": 0, "failed": 0}


def test_a_broken_configuration_is_refused_and_the_old_goes_on(tmp_path, world):
    eu, _, _ = world
    good = two_regions(*world)
    with Node(tmp_path, good) as node:
        node.start()
        for broken, words in (
            (good.replace("web/us-east", "web/us-eats"), "did you mean web/us-east?"),
            (good.replace("static 1h A 192.0.2.1", "static 1h A 192.0.2.300"), "192.0.2.300"),
            (good.replace("@ 1h NS ns1", "@ 1h MX 10 ns1"), "NS"),
            (good + "zones: [", "ns1.yaml:"),
        ):
            node.write(broken)
            before = node.metric("gslb_generation")
            assert node.reload() == "refused"
            line = node.events("reload")[-1]
            assert (line["outcome"], line["level"]) == ("refused", "error")
            assert words in line["faults"]
            assert node.addresses(NAME) == {eu}
            assert node.addresses("static.example.com") == {"192.0.2.1"}
            assert node.metric("gslb_generation") == before
        node.write(good)
        assert node.reload() == "applied"
        assert node.reloads() == {"applied": 1, "refused": 4, "failed": 0}


def test_what_a_reload_adds_is_answered_and_what_it_removes_is_gone(tmp_path, world):
    eu, us, _ = world
    with Node(tmp_path, two_regions(*world)) as node:
        node.start()
        assert node.ask("host.zone1.test").rcode() == dns.rcode.REFUSED
        assert node.ask("new.example.com").rcode() == dns.rcode.NXDOMAIN

        node.write(
            two_regions(
                *world,
                records="      new 1h A 192.0.2.2\n",
                steer="      other: {ttl: 5s, failover: [web/us-east, web/eu-west]}\n",
                more=zone(1),
            )
        )
        assert node.reload() == "applied"
        wait_until(lambda: node.addresses("host.zone1.test") == {"192.0.2.1"}, 10)
        assert node.addresses("new.example.com") == {"192.0.2.2"}
        assert node.addresses("other.example.com") == {us}  # known at once: its endpoints had verdicts

        node.write(two_regions(*world).replace("      static 1h A 192.0.2.1\n      alias 1h CNAME static\n", ""))
        assert node.reload() == "applied"
        wait_until(lambda: node.ask("host.zone1.test").rcode() == dns.rcode.REFUSED, 10)
        for gone in ("new", "other", "static", "alias"):
            assert node.ask(f"{gone}.example.com").rcode() == dns.rcode.NXDOMAIN
        assert node.addresses(NAME) == {eu}


def test_what_only_a_start_can_change_is_told_and_the_rest_applies(tmp_path, world):
    with Node(tmp_path, two_regions(*world)) as node:
        node.start()
        running = node.port
        node.port = free_port(node.address)
        node.write(two_regions(*world, records="      new 1h A 192.0.2.2\n"))
        node.port = running

        assert node.reload() == "applied"

        assert "listen.dns" in node.events("reload")[-1]["warnings"]
        assert "takes effect at the next start" in node.events("reload")[-1]["warnings"]
        assert node.addresses("new.example.com") == {"192.0.2.2"}
