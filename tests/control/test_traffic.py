"""What `gslb top` tells comes from samples and counters, and is bounded."""

import pytest

from gslb.control import Sighting, Traffic
from gslb.control.traffic import TRACES


def seen(at=0.0, **changes):
    words = {"weight": 1.0, "name": "www.example.com.", "rdtype": "A", "resolver": "192.0.2.1", "place": "DE"}
    return Sighting(at, **(words | changes))


def test_the_busiest_come_first():
    traffic = Traffic(0.0)
    for tick in range(100):
        traffic.see(seen(tick / 10, weight=64.0))
        traffic.see(seen(tick / 10, name="api.example.com.", rdtype="AAAA", resolver="2001:db8::1", place="US"))

    busy = traffic.busy(1, 10.0)

    assert [rate.key for rate in busy.names] == [("www.example.com.", "A")]
    assert busy.names[0].rate == pytest.approx(640, rel=0.05)
    assert [rate.key for rate in busy.resolvers] == ["192.0.2.1"]
    assert [rate.key for rate in busy.places] == ["DE"]


def test_traced_resolvers_stand_for_those_that_are_not():
    traffic = Traffic(0.0)
    traffic.see(seen())
    for host in range(5):
        for at in (1.0, 2.0):
            traffic.see(seen(at, resolver=f"198.51.100.{host}", weight=256.0, traced=True))
    traffic.see(seen(3.0, name="api.example.com.", weight=256.0, traced=True))

    assert traffic.busy(5, 10.0).resolvers_of == {"www.example.com.": 5 * 256}
    assert traffic.busy(5, 700.0).resolvers_of == {"www.example.com.": 0}, "who was silent for ten minutes went"


def test_traced_queries_do_not_add_to_rates():
    traffic = Traffic(0.0)
    traffic.see(seen(weight=256.0, traced=True))

    assert traffic.busy(5, 1.0).names == []


def test_rates_of_regions_come_from_counters():
    traffic = Traffic(0.0)
    traffic.count(0.0, 0, {"eu-west": 0})
    traffic.count(5.0, 1_000, {"eu-west": 500, "us-east": 100})

    busy = traffic.busy(5, 5.0)

    assert busy.regions == {"eu-west": 100.0, "us-east": 20.0}
    assert busy.packets == 200.0


def test_rates_are_those_of_the_last_seconds():
    traffic = Traffic(0.0)
    for second in range(60):
        traffic.count(float(second), second * second, {"eu-west": second * second})

    assert traffic.busy(5, 59.0).packets == pytest.approx((59**2 - 49**2) / 10)


def test_one_look_at_counters_gives_no_rate():
    traffic = Traffic(0.0)
    traffic.count(0.0, 5, {"eu-west": 5})

    assert (traffic.busy(5, 0.0).packets, traffic.busy(5, 0.0).regions) == (0.0, {})


def test_a_flood_of_resolvers_takes_no_memory():
    traffic = Traffic(0.0)
    traffic.see(seen())
    for number in range(TRACES + 500):
        traffic.see(seen(1.0, resolver=f"resolver {number}", weight=256.0, traced=True))

    assert traffic.busy(1, 1.0).resolvers_of == {"www.example.com.": TRACES * 256}
