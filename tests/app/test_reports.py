"""The judge's HTTP side: push heartbeats with their token, and secrets that cannot be read are told, not guessed."""

import asyncio
from ipaddress import ip_network

import aiohttp
import pytest

from gslb.app.reports import NodeSide, share
from gslb.control import Beaten, Journal, Reported
from gslb.health import Watched
from gslb.model import Check, Listener, Monitor, MonitorKind
from gslb.probe import Figures, Target, Teller
from gslb.server import open_tcp
from kit.worlds import world

HTTP = MonitorKind.HTTP
TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
vantages: {{eu: {{token: "file:{folder}/eu"}}, us: {{token: "file:{folder}/us"}}}}
monitors:
  db: {{push: "file:{folder}/db", every: 10s, grace: 5s}}
  ready: http://www.example.com/ready
pools: {{web: {{monitor: [ready, db], endpoints: {{a: 192.0.2.1}}}}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {{www: {{failover: [web/a]}}}}
"""


@pytest.fixture
def model(tmp_path):
    for name in ("eu", "db"):
        (tmp_path / name).write_text(f"token-of-{name}-0123456789abcdef\n")
    return world(TEXT.format(folder=tmp_path)).model


async def test_a_heartbeat_with_its_token_reaches_the_judge_and_no_other_does(model):
    events, listening = [], open_tcp(Listener("127.0.0.1", 0))
    side = NodeSide(listening, lambda _: None, events.append, Journal("judge", write=lambda _: None))
    side.adopt(model)
    await side.start()
    url = f"http://127.0.0.1:{listening.port}/v1/push/db"
    async with aiohttp.ClientSession() as session:
        good = {"Authorization": "Bearer token-of-db-0123456789abcdef"}
        assert (await session.post(url, headers=good)).status == 204
        assert (await session.post(url, headers={"Authorization": "Bearer guess"})).status == 401
        assert (await session.post(url)).status == 401
    await side.stop()

    assert [type(event) for event in events] == [Beaten]
    assert events[0].monitor == "db"


def test_a_secret_that_cannot_be_read_is_told_and_the_rest_goes_on(model):
    lines = []
    side = NodeSide(None, lambda _: None, lambda _: None, Journal("judge", write=lines.append))

    wanted = side.adopt(model)

    assert [target.check.endpoint for target in wanted] == ["web/a"]
    assert any("secret_unreadable" in line and "of=us" in line for line in lines)
    assert any("listen.admin is not set" in line for line in lines)


async def test_a_balancer_is_heard_by_the_listener_that_vantages_use(model, tmp_path):
    (tmp_path / "edge").write_text("token-of-edge-0123456789abcdef\n")
    edge = f'balancers: {{edge: {{serves: web, token: "file:{tmp_path}/edge"}}}}\npools:'
    events, listening = asyncio.Queue(), open_tcp(Listener("127.0.0.1", 0))
    side = NodeSide(listening, lambda _: None, events.put_nowait, Journal("judge", write=lambda _: None))
    side.adopt(world(TEXT.format(folder=tmp_path).replace("pools:", edge)).model)
    await side.start()
    teller = Teller("edge/a", b"token-of-edge-0123456789abcdef", [f"http://127.0.0.1:{listening.port}"])
    telling = asyncio.create_task(teller.run(lambda: Figures(up=3, total=4), period=0.01))
    event = await asyncio.wait_for(events.get(), 20)
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    await side.stop()

    assert isinstance(event, Reported)
    assert (event.report.endpoint, event.report.up) == ("web/a", 3)


def test_a_check_is_probed_by_as_many_vantages_as_its_monitor_says():
    names = [f"v{number}" for number in range(5)]
    wanted = [
        Target(Check("ready", f"web/{number}", "192.0.2.1"), Monitor("ready", HTTP, vantages=2), 80)
        for number in range(50)
    ]
    watching = {target.check: Watched(target.monitor, None, 80) for target in wanted}

    shares = share(wanted, watching, dict.fromkeys(names))

    assert sum(map(len, shares.values())) == 100
    assert set(shares) == set(names)


async def test_round_trips_that_a_balancer_reports_wait_to_be_learned(tmp_path):
    (tmp_path / "edge").write_text("token-of-edge-0123456789abcdef\n")
    text = f"""\
gslb: 1
listen: 127.0.0.1:5300
regions: {{eu-west: {{at: FRA}}}}
monitors: {{backends: {{balancer: edge}}}}
pools: {{web: {{monitor: backends, endpoints: {{eu-west: 192.0.2.1}}}}}}
balancers: {{edge: {{serves: web, token: "file:{tmp_path}/edge"}}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {{www: {{latency: web}}}}
"""
    events, listening = asyncio.Queue(), open_tcp(Listener("127.0.0.1", 0))
    side = NodeSide(listening, lambda _: None, events.put_nowait, Journal("judge", write=lambda _: None))
    side.adopt(world(text).model)
    await side.start()
    rtts = ((ip_network("203.0.113.0/24"), 18.5), (ip_network("2001:db8:1::/48"), 31.0))
    teller = Teller("edge/eu-west", b"token-of-edge-0123456789abcdef", [f"http://127.0.0.1:{listening.port}"])
    telling = asyncio.create_task(teller.run(lambda: Figures(up=1, total=1, rtts=rtts), period=0.01))
    await asyncio.wait_for(events.get(), 20)
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    await side.stop()

    assert [row[:4] for row in side.measurements.take()[:2]] == [
        ["eu-west", "203.0.113.0/24", 18.5, "balancer"],
        ["eu-west", "2001:db8:1::/48", 31.0, "balancer"],
    ]
