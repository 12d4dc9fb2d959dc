"""Pages for operators, asked over a real socket."""

import asyncio
import json

import aiohttp
import pytest
from aiohttp import web

from gslb.model import Listener
from gslb.server.http import HttpServer, Pages
from gslb.server.sockets import open_tcp


class Site:
    """A server whose readiness the test sets."""

    def __init__(self, routes=()):
        self.bounds = [open_tcp(Listener("127.0.0.1", 0)), open_tcp(Listener("::1", 0))]
        self.readiness = (True, {"generation": 7})
        pages = Pages(metrics=lambda: b"gslb_generation 7\n", ready=lambda: self.readiness)
        self.server = HttpServer(self.bounds, pages, routes)

    async def get(self, path, bound=0):
        """(status, content type, text)."""
        url = f"http://{self.bounds[bound]}{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status, response.headers["Content-Type"], await response.text()


@pytest.fixture
async def site():
    made = []

    async def start(*routes):
        made.append(Site(routes))
        await made[-1].server.start()
        return made[-1]

    yield start
    for each in made:
        await each.server.stop()


@pytest.mark.parametrize("bound", [0, 1])
async def test_metrics_are_prometheus_text_on_every_socket(site, bound):
    served = await site()

    assert await served.get("/metrics", bound) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        "gslb_generation 7\n",
    )


async def test_readiness_is_200_or_503_with_its_reasons(site):
    served = await site()

    status, kind, text = await served.get("/readyz")
    assert (status, kind) == (200, "application/json; charset=utf-8")
    assert json.loads(text) == {"ready": True, "generation": 7}

    served.readiness = (False, {"why": "no zone is loaded"})
    status, _, text = await served.get("/readyz")
    assert status == 503
    assert json.loads(text) == {"ready": False, "why": "no zone is loaded"}


async def test_liveness_is_that_it_answers(site):
    served = await site()
    served.readiness = (False, {})

    assert (await served.get("/livez"))[::2] == (200, "ok\n")
    assert (await served.get("/nothing"))[0] == 404


async def test_further_routes_are_served_beside(site):
    async def push(request):
        return web.Response(text=f"heard {await request.text()}")

    served = await site(web.post("/v1/push", push))
    url = f"http://{served.bounds[0]}/v1/push"

    async with aiohttp.ClientSession() as session, session.post(url, data="beat") as response:
        assert await response.text() == "heard beat"


async def test_a_request_in_hand_is_finished_before_the_end(site):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request):
        begun.set()
        await go_on.wait()
        return web.Response(text="done")

    served = await site(web.get("/slow", slow))
    asking = asyncio.ensure_future(served.get("/slow"))
    await begun.wait()
    stopping = asyncio.ensure_future(served.server.stop())
    await asyncio.sleep(0)
    go_on.set()

    assert (await asking)[2] == "done"
    await stopping
