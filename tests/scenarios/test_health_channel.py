"""What a vantage sends while everything fails, beside what it sends while all is well."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace

from aiohttp import web

from gslb.health import Observation
from gslb.model import Check, MonitorKind
from gslb.probe import Agent, Reports, list_of
from kit.addresses import free_port
from kit.backends import backend, target
from kit.ledger import Ledger

TOKEN = b"0123456789abcdef0123456789abcdef"
CHECKS = 100
INTERVAL = 0.5
ROUNDS = 4


async def leaves(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Take the connection, and that is all."""


class Channel:
    """A node's admin listener that counts octets, and the observations in them by check."""

    def __init__(self):
        self.octets = 0
        self.seen: Counter[Check] = Counter()
        self.good = 0
        self.news = asyncio.Event()
        self._reports = Reports(self._observe, lambda *_: None)

    def _observe(self, observations: tuple[Observation, ...]) -> None:
        self.seen.update(one.check for one in observations)
        self.good += sum(one.ok for one in observations)
        self.news.set()

    @web.middleware
    async def count(self, request, handler):
        answer = await handler(request)
        answer.headers["Content-Length"] = str(len(answer.body))
        for message in (request, answer):
            self.octets += sum(len(name) + len(value) + 4 for name, value in message.headers.items())
            self.octets += int(message.headers.get("Content-Length", 0))
        return answer

    async def rounds(self, wanted: int) -> float:
        """Octets from one moment until each check was seen so many times more, for each observation."""
        async with asyncio.timeout(60):
            while len(self.seen) < CHECKS:
                await self._next()
            before, octets = Counter(self.seen), self.octets
            while min(self.seen[check] - before[check] for check in before) < wanted:
                await self._next()
        return (self.octets - octets) / (self.seen.total() - before.total())

    async def _next(self):
        self.news.clear()
        await self.news.wait()

    async def serve(self, port: int):
        """Listen, and want CHECKS checks of `port` probed."""
        ready = target(MonitorKind.TCP, port, digest="d1", interval=INTERVAL, timeout=INTERVAL)
        wanted = [replace(ready, check=Check("ready", f"web/{number}", "127.0.0.1")) for number in range(CHECKS)]
        self._reports.adopt({"eu": list_of(wanted)}, {"eu": TOKEN}, {})
        app = web.Application(middlewares=[self.count])
        app.add_routes(self._reports.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self):
        await self._runner.cleanup()


async def told(port: int) -> tuple[float, Channel]:
    """Octets for each observation while a vantage watches `port`."""
    channel = Channel()
    agent = asyncio.create_task(Agent("eu", TOKEN, [await channel.serve(port)]).run())
    found = await channel.rounds(ROUNDS)
    agent.cancel()
    with suppress(asyncio.CancelledError):
        await agent
    await channel.stop()
    return found, channel


async def test_the_health_channel_carries_as_much_when_everything_fails_as_when_nothing_does():
    with Ledger("health-channel") as ledger:
        async with backend(leaves) as port:
            ledger.injected("all targets are well")
            well, heard = await told(port)
        assert heard.good == heard.seen.total()
        ledger.injected("all targets refuse")
        failing, heard = await told(free_port())
        assert heard.good == 0
        ledger.answered("octets an observation", [f"well {well:.1f}", f"failing {failing:.1f}"])
        ledger.held("octets with all targets failing ÷ none", failing / well, 1.05)
