"""A webhook on loopback that keeps what it is sent, and answers as it is told to."""

import asyncio
from contextlib import asynccontextmanager

from aiohttp import web


class Sink:
    """`answers`: statuses of the next answers, 204 after these."""

    def __init__(self):
        self.got, self.paths, self.answers, self.url = asyncio.Queue(), [], [], ""
        self.headers = []

    async def take(self, asked):
        self.paths.append(asked.path)
        self.headers.append(asked.headers)
        status = self.answers.pop(0) if self.answers else 204
        said = await asked.json()
        if 200 <= status < 300:
            self.got.put_nowait(said)
        return web.Response(status=status, headers={"Location": "/elsewhere"})


@asynccontextmanager
async def sink():
    """A sink that listens."""
    found = Sink()
    app = web.Application()
    app.add_routes([web.post("/{path:.*}", found.take)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield found
    finally:
        await runner.cleanup()
