"""Who is at the other end of a Unix socket."""

import getpass

import aiohttp
from aiohttp import web

from gslb.app.peer import author


async def test_the_kernel_says_who_it_is(tmp_path):
    async def whoever(request: web.Request) -> web.Response:
        return web.json_response(author(request))

    app = web.Application()
    app.add_routes([web.get("/", whoever)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, str(tmp_path / "socket")).start()
    connector = aiohttp.UnixConnector(str(tmp_path / "socket"))
    async with aiohttp.ClientSession(connector=connector) as session, session.get("http://x/") as response:
        assert await response.json() == getpass.getuser()
    await runner.cleanup()
