"""The lab's backend: alive apart from ready, and a dependency that can be switched."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gslb.lab.backend import Backend, application


@pytest.fixture
async def client():
    async with TestClient(TestServer(application(Backend("eu-west", "a")))) as client:
        yield client


async def test_it_says_who_it_is_and_counts(client):
    assert await (await client.get("/")).json() == {"region": "eu-west", "backend": "a", "requests": 1}
    assert (await (await client.get("/")).json())["requests"] == 2


async def test_a_broken_dependency_makes_it_unready_but_not_dead(client):
    assert (await client.get("/health/ready")).status == 200

    assert (await client.put("/dependency/database/down")).status == 200

    ready = await client.get("/health/ready")
    assert ready.status == 503
    assert await ready.json() == {"ready": False, "dependencies": {"database": False}}
    assert (await client.get("/health")).status == 200

    await client.put("/dependency/database/up")
    assert (await client.get("/health/ready")).status == 200


async def test_an_unknown_dependency_is_named(client):
    response = await client.put("/dependency/cache/down")

    assert response.status == 404
    assert "no dependency cache; there is database" in (await response.json())["error"]
