"""A node's admin listener on loopback, with nothing behind it but what it was told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from gslb.health import Observation
from gslb.probe import Reports, Target, list_of

TOKEN = b"0123456789abcdef0123456789abcdef"
PUSH_TOKEN = b"beat-beat-beat-beat"


@dataclass
class Node:
    """What a node was told. `url` is where it listens."""

    url: str = ""
    observed: list[Observation] = field(default_factory=list)
    batches: int = 0
    also: Callable[[tuple[Observation, ...]], None] = lambda seen: None
    beats: list[tuple[str, float]] = field(default_factory=list)
    reports: Reports = field(init=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.reports = Reports(self._observe, lambda name, at: self.beats.append((name, at)))

    def _observe(self, seen: tuple[Observation, ...]) -> None:
        self.batches += 1
        self.observed += seen
        self.also(seen)
        self._news.set()

    def ask_for(self, *targets: Target) -> None:
        """Want these probed, by vantage eu; push monitor db has a token."""
        self.reports.adopt({"eu": list_of(targets)}, {"eu": TOKEN}, {"db": PUSH_TOKEN})

    async def until(self, condition: Callable[[list[Observation]], bool]) -> None:
        """Wait until what was observed fulfils a condition."""
        async with asyncio.timeout(20):
            while not condition(self.observed):
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def serving(node: Node, port: int = 0) -> AsyncIterator[Node]:
    """Have a node listen, on `port` if it is given."""
    app = web.Application()
    app.add_routes(node.reports.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    node.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield node
    finally:
        await runner.cleanup()
