"""Over the socket a what-if question is answered with what balancers count, and what the judge says to an order."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gslb.app.demanding import Demanding
from gslb.app.folders import Folders
from gslb.app.foreseeing import Foreseeing
from gslb.app.keepsake import Keepsake, open_telemetry
from gslb.app.refusals import JudgeError
from gslb.app.sampling import Sampling
from gslb.control import Journal
from gslb.foresight import Source
from gslb.nameserver import View
from kit.clock import FakeClock
from kit.worlds import WALL, all_up, world

SITE = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu: {capacity: 5/s}, us: {}}
pools: {web: {monitor: "http://www.example.com/", endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}
SAFETYzones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {www: {ttl: 30s, weighted: {web/eu: 1, web/us: 1}}}
"""
WELL = {"done": "eu would be drain", "warnings": [], "words": []}


class Judge:
    """Answers as it is told to, and keeps what it was asked."""

    def __init__(self, said):
        self.said, self.asked = said, []

    async def __call__(self, method, path, body):
        self.asked.append((method, path, body))
        if path == "/v1/requests":
            return {"web/eu": 100.0, "web/us": 100.0}
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@pytest.fixture
async def asking(tmp_path):
    """Ask about a site: what was found, and what the judge was asked for it."""
    journal = Journal("control", write=[].append)
    demanding = Demanding(Keepsake(open_telemetry(Folders(tmp_path), journal), "demand", journal), journal, WALL)
    demanding.demand.see(Source("www.example.com.", "A"), "DE", 40.0, WALL)
    sampling = Sampling(tmp_path, 0, demanding, FakeClock())
    clients = []

    async def ask(body, said=WELL, safety=""):
        of = world(SITE.replace("SAFETY", safety))
        view, judge, app = View(of, all_up(of)), Judge(said), web.Application()
        app.add_routes(Foreseeing(lambda: view, sampling, demanding, judge, dict).routes())
        client = TestClient(TestServer(app))
        clients.append(client)
        await client.start_server()
        reply = await client.post("/v1/simulate", json=body)
        return await reply.json(), judge.asked, await (await client.get("/v1/demand")).json()

    yield ask
    for client in clients:
        await client.close()


async def test_a_drain_is_tried_on_the_judge(asking):
    found, asked, _ = await asking({"drain": ["us"], "at": 2e9}, WELL | {"warnings": ["outside of the windows"]})

    assert asked == [
        ("GET", "/v1/requests", None),
        ("POST", "/v1/override", {"path": ["us"], "word": "drain", "begins": 2e9, "trial": True}),
    ]
    assert "outside of the windows" in found["notes"]


async def test_what_the_judge_would_refuse_is_trouble(asking):
    found, _, _ = await asking({"drain": ["us"]}, JudgeError("the judge refuses: freeze until Monday"))

    assert found["troubles"][-1] == "the order would be refused: freeze until Monday"


async def test_a_rule_is_told_once(asking):
    safety = "safety: [{keep: 2, of: [eu, us]}]\n"
    found, _, _ = await asking({"drain": ["us"]}, JudgeError("the judge refuses: keep 2 of eu, us"), safety)

    assert [one for one in found["troubles"] if "keep" in one] == [
        "a safety rule forbids it: keep 2 of 2: only eu would be left"
    ]


async def test_without_the_judge_that_is_told(asking):
    found, _, _ = await asking({"drain": ["us"]}, JudgeError("the judge does not answer: gone"))

    assert "rules were not asked: the judge does not answer: gone" in found["notes"]


async def test_nothing_is_tried_where_nothing_is_drained(asking):
    _, asked, _ = await asking({"down": ["us"]})

    assert [path for _, path, _ in asked] == ["/v1/requests"]


async def test_demand_is_told_as_a_table(asking):
    _, _, table = await asking({})

    assert table["csv"].splitlines()[0] == "name,clients,rate,type,place"
