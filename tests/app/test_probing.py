"""`probe now` at the judge's socket: who is asked, what they found, and what is refused; nothing of it is judged."""

import asyncio
from contextlib import suppress

import aiohttp
import pytest

from gslb.app import probing
from gslb.app.local import Local
from gslb.app.probing import ProbeNow
from gslb.app.reports import NodeSide
from gslb.model import Listener
from gslb.probe import Agent, Prober
from gslb.server import open_tcp
from kit.backends import backend, says
from kit.judge_node import Node

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
TOKEN = b"0123456789abcdef0123456789abcdef"
TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
node: {{name: ns1}}
regions: {{eu: {{}}, us: {{}}, ap: {{}}}}
vantages: {{fra: {{token: "file:{folder}/token"}}}}
probes: {{exec: allow}}
monitors:
  ready: {{probe: "http://www.example.com:{port}/", interval: 60s, timeout: 2s}}
  disk: {{exec: [/bin/echo, well], interval: 60s, timeout: 2s}}
pools:
  web: {{monitor: [ready, disk], endpoints: {{eu: 127.0.0.1, us: 127.0.0.2}}}}
  free: {{endpoints: {{ap: 127.0.0.3}}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {{www: {{failover: [web/eu, web/us, free/ap]}}}}
"""


class Place:
    """A judge's socket with a prober, and a vantage that may run beside."""

    def __init__(self, folder, port):
        (folder / "token").write_bytes(TOKEN)
        self.node = Node(folder, TEXT.format(folder=folder, port=port))
        self.heard = []
        self.listening = open_tcp(Listener("127.0.0.1", 0))
        self.side = NodeSide(self.listening, self.heard.append, self.heard.append, self.node.journal)
        self.socket = folder / "judge.sock"

    async def ask(self, endpoint):
        connector = aiohttp.UnixConnector(str(self.socket))
        async with (
            aiohttp.ClientSession(connector=connector) as http,
            http.post("http://judge/v1/probe", json={"endpoint": endpoint}) as answer,
        ):
            return answer.status, await answer.json()


@pytest.fixture
async def place(tmp_path):
    async with backend(says(OK)) as port, Prober(programs=True) as probe:
        place = Place(tmp_path, port)
        judging = place.node.loop.judging
        local = Local(place.node.loop, list, ProbeNow(lambda: judging, place.side, probe).routes())
        place.side.adopt(judging.model)
        await local.start(place.socket)
        await place.side.start()
        yield place
        await local.stop()
        await place.side.stop()
        place.node.loop.close()


async def test_every_vantage_that_watches_an_endpoint_says_what_it_found_and_nothing_is_judged(place):
    agent = Agent("fra", TOKEN, [f"http://127.0.0.1:{place.listening.port}"])
    agent._adopt = lambda: None  # what its timetable sees is not what is looked at here
    running = asyncio.create_task(agent.run(0.05))

    status, told = await place.ask("web/eu")

    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert status == 200
    assert [(one["monitor"], one["vantage"], one["ok"]) for one in told["found"]] == [
        ("disk", "ns1", True),
        ("ready", "ns1", True),
        ("ready", "fra", True),
    ]
    assert told["found"][0]["reason"] == "well"
    assert all(one["reason"].startswith("200 OK in ") and one["took"] >= 0 for one in told["found"][1:])
    assert {one["state"] for one in told["believed"]} == {"waiting"}
    assert not place.heard


async def test_who_does_not_answer_is_told_with_when_it_was_last_heard(place, monkeypatch):
    monkeypatch.setattr(probing, "UNDER_WAY", -1.9)

    _, told = await place.ask("web/us")
    place.side.reports.heard["fra"] = 0.0
    _, later = await place.ask("web/us")

    (absent,), (silent,) = ([one for one in each["found"] if one["vantage"] == "fra"] for each in (told, later))
    assert absent["ok"] is None
    assert absent["reason"] == "no answer within 0.1 s; never heard since this node started"
    assert "last heard" in silent["reason"]


async def test_what_has_a_probe_under_way_is_not_probed_again(place, monkeypatch):
    monkeypatch.setattr(probing, "UNDER_WAY", -1.5)

    answers = await asyncio.gather(*(place.ask("web/eu") for _ in range(5)))

    assert [status for status, _ in answers].count(200) == 1
    assert {told["error"] for status, told in answers if status == 409} == {
        "web/eu is being probed already; ask again in a moment"
    }


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("wed/eu", "unknown endpoint wed/eu: did you mean web/eu?"),
        ("nothing", "unknown endpoint nothing"),
        ("web", "web is no endpoint; write one of web/eu, web/us"),
        ("us", "us is no endpoint; write one of web/us"),
        ("free/ap", "nobody probes free/ap: it has no monitor that connects to it"),
    ],
)
async def test_what_cannot_be_probed_is_refused_with_a_reason(place, path, said):
    status, told = await place.ask(path)

    assert (status, told["error"]) == (409, said)
