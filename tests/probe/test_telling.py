"""A balancer that tells several nodes: each by itself, the latest figures, and troubles told once."""

import asyncio
import logging

from aiohttp import web

from gslb.model import Secret, Stand
from gslb.probe import Feed, Figures, Teller
from kit.backends import backend, says
from kit.node import TOKEN

STAND = Stand("edge/eu", "web/eu", None, Secret("file", "t"))


async def listening(heard):
    feed = Feed(heard.put_nowait)
    feed.adopt({"edge/eu": STAND}, {"edge/eu": TOKEN})
    app = web.Application()
    app.add_routes(feed.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def test_every_node_hears_the_latest_figures_and_one_that_is_away_delays_nobody(caplog):
    caplog.set_level(logging.INFO)
    heard, said = asyncio.Queue(), iter(range(1_000))
    runner, url = await listening(heard)
    async with backend(says(b"", after=asyncio.Event())) as port:
        teller = Teller("edge/eu", TOKEN, [f"http://127.0.0.1:{port}", url], patience=0.2)
        running = asyncio.create_task(teller.run(lambda: Figures(up=next(said), total=1_000), period=0.02))
        async with asyncio.timeout(20):
            first, second = await heard.get(), await heard.get()
            while "no answer in time" not in caplog.text:
                await heard.get()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    await runner.cleanup()

    assert first.up < second.up
    assert first.position < second.position
    assert f"{url}: heard" in caplog.text
    assert caplog.text.count("no answer in time; trying again") == 1


async def test_nothing_is_said_while_there_is_nothing_to_say():
    heard, asked = asyncio.Queue(), []
    runner, url = await listening(heard)

    def figures():
        asked.append(1)
        return Figures(up=1, total=1) if len(asked) > 3 else None

    running = asyncio.create_task(Teller("edge/eu", TOKEN, [url]).run(figures, period=0.01))
    async with asyncio.timeout(20):
        assert (await heard.get()).up == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await runner.cleanup()
    assert len(asked) >= 4
