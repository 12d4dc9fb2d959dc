"""Round trips by hand: imports are whole or refused, exports can be imported, and it is said how much there is."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gslb.app.estimating import Estimating
from gslb.app.exchange import Exchange
from gslb.app.folders import Folders
from gslb.app.keepsake import Keepsake
from gslb.control import Journal
from gslb.geo import read_samples
from gslb.nameserver import View
from kit.worlds import all_up, large

NOW = 1_000_000.0
ROW = ["eu-west", "203.0.113.0/24", 18.0, "application", NOW, 5]


@pytest.fixture
async def exchange(tmp_path):
    journal = Journal("control", write=lambda _: None)
    estimating = Estimating(Folders(tmp_path), Keepsake(None, "latency", journal), journal, NOW)
    app = web.Application()
    app.add_routes(Exchange(estimating, lambda: View(large(), all_up(large())), lambda: NOW).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_what_is_imported_is_there_to_be_exported(exchange):
    answer = await exchange.post("/v1/latency/import", json=[ROW, [*ROW[:4], 0.0, 1]])
    assert await answer.json() == {"taken": 1, "old": 1}
    text = (await (await exchange.get("/v1/latency/export")).json())["csv"]

    [found] = read_samples(text, "export", NOW)
    assert (found.region, str(found.prefix), found.weight) == ("eu-west", "203.0.113.0/24", 5)
    assert found.milliseconds == pytest.approx(18.0, rel=0.03)
    shown = await (await exchange.get("/v1/latency")).json()
    assert shown == {"samples": {"application": 2}, "prefixes": 1, "rows": 0, "age": 0.0}


async def test_what_is_known_can_be_forgotten(exchange):
    await exchange.post("/v1/latency/import", json=[ROW])

    assert await (await exchange.post("/v1/latency/forget")).json() == {"forgotten": 1}
    assert (await (await exchange.get("/v1/latency")).json())["prefixes"] == 0


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ([ROW, ["eu-wset", *ROW[1:]]], "did you mean eu-west"),
        ([ROW, ["moon", *ROW[1:]]], "there are eu-west, us-east, ap-south"),
        ([ROW, ROW[:3]], "no list of samples"),
        ([[*ROW[:2], "x", *ROW[3:]]], "milliseconds has to be a number"),
        ({}, "taken"),
        (5, "no list of samples"),
    ],
)
async def test_an_import_is_whole_or_nothing(exchange, body, told):
    answer = await exchange.post("/v1/latency/import", json=body)

    assert told in await answer.text()
    assert (await (await exchange.get("/v1/latency")).json())["prefixes"] == 0
