"""Measurements over HTTP and from balancers wait for the control process, bounded, and nothing else gets in."""

import json
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gslb.app import measurements as module
from gslb.app.measurements import Measurements, plain_samples
from gslb.control import LARGEST_MEASUREMENTS, mac_of
from gslb.geo import Sample, SampleSource

TOKEN = b"token-of-the-shop-0123456789"
WALL = 1_000_000.0
ONE = {"region": "eu", "ms": 18.0}
BEARER = {"Authorization": f"Bearer {TOKEN.decode()}"}
HOME = ip_network("203.0.113.0/24")


def a_side(token: bytes | None = TOKEN) -> Measurements:
    side = Measurements(clock=lambda: 0.0, wall=lambda: WALL)
    side.adopt({"eu", "us"}, token)
    return side


@pytest.fixture
async def posting():
    """What may be posted to, and what arrives."""
    side = a_side()
    app = web.Application()
    app.add_routes([*side.routes(), *side.local_routes()])
    async with TestClient(TestServer(app)) as client:
        yield side, client


def a_pass(client: str = "203.0.113.7") -> dict:
    until = int(WALL) + 60
    return {"client": client, "until": until, "mac": mac_of(TOKEN, client, until)}


async def test_what_an_application_posts_reaches_the_control_process(posting):
    _, client = posting
    body = {"client": "203.0.113.7", "samples": [ONE, ONE | {"region": "us", "ms": 90}]}

    assert (await client.post("/v1/latency", json=body, headers=BEARER)).status == 204
    taken = await (await client.post("/v1/samples")).json()
    assert [(one.region, one.prefix, one.milliseconds) for one in plain_samples(taken)] == [
        ("eu", HOME, 18.0),
        ("us", HOME, 90.0),
    ]
    assert await (await client.post("/v1/samples")).json() == []


async def test_a_page_posts_with_its_pass_and_no_headers(posting):
    side, client = posting
    answer = await client.post("/v1/latency", data=json.dumps({"pass": a_pass(), "samples": [ONE]}))

    assert answer.status == 204
    assert [row[:2] for row in side.take()] == [["eu", "203.0.113.0/24"]]


async def test_the_connection_says_who_the_client_is_if_nobody_else_does(posting):
    side, client = posting
    await client.post("/v1/latency", json={"samples": [ONE]}, headers=BEARER)

    assert [row[1] for row in side.take()] == ["127.0.0.0/24"]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (401, {"samples": [ONE]}, {}),
        (401, {"samples": [ONE]}, {"Authorization": "Bearer guess"}),
        (401, {"samples": [ONE]}, {"Authorization": f"Basic {TOKEN.decode()}"}),
        (400, {"samples": [ONE, {"region": "moon", "ms": 1}]}, BEARER),
        (413, {"samples": [ONE], "x": "x" * LARGEST_MEASUREMENTS}, BEARER),
    ],
)
async def test_what_is_refused_leaves_nothing(posting, status, body, headers):
    side, client = posting

    assert (await client.post("/v1/latency", json=body, headers=headers)).status == status
    assert side.take() == []


async def test_compressed_bodies_are_not_opened(posting):
    _, client = posting
    headers = BEARER | {"Content-Encoding": "deflate"}

    assert (await client.post("/v1/latency", data=b"x", headers=headers, skip_auto_headers=())).status in (400, 401)


async def test_a_network_with_passes_is_heard_so_often_and_others_still_are(posting):
    side, client = posting

    async def post(of: str) -> int:
        body = {"pass": a_pass(of), "samples": [ONE] * 32}
        return (await client.post("/v1/latency", data=json.dumps(body))).status

    assert [await post("203.0.113.7"), await post("203.0.113.8"), await post("203.0.113.9")] == [204, 204, 429]
    assert await post("198.51.100.1") == 204
    assert len(side.take()) == 96


async def test_everybody_together_is_heard_so_often(posting, monkeypatch):
    side, client = posting
    body = {"samples": [ONE] * 4_000}
    found = [(await client.post("/v1/latency", json=body, headers=BEARER)).status for _ in range(6)]

    assert found == [204] * 5 + [429]
    assert len(side.take()) == 20_000


async def test_without_a_token_nobody_may_post(posting):
    side, client = posting
    side.adopt({"eu"}, None)

    assert (await client.post("/v1/latency", json={"samples": [ONE]}, headers=BEARER)).status == 401


def test_balancers_are_heard_without_a_token_and_only_of_regions_that_are_there():
    side = a_side(None)
    side.balancer("eu", HOME, 12.0)
    side.balancer("moon", HOME, 12.0)
    side.balancer("eu", HOME, 0.0)  # loopback

    assert plain_samples(side.take()) == [Sample("eu", HOME, 12.0, SampleSource.BALANCER, WALL)]


def test_where_nobody_takes_the_oldest_go_first(monkeypatch):
    side = a_side()
    for number in range(module.ROOM + 10):
        side.balancer("eu", HOME, 1.0 + number / module.ROOM)
    taken = side.take()

    assert len(taken) == module.ROOM
    assert taken[0][2] == pytest.approx(1.0 + 10 / module.ROOM)
