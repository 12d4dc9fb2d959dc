"""The life of a child that runs an event loop: heartbeat, SIGTERM, SIGHUP, SIGUSR2."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

BEAT_EVERY = 0.25  # seconds


@asynccontextmanager
async def lifetime(
    beat: Callable[[], None], hangup: Callable[[], None] | None = None, retire: Callable[[], None] | None = None
) -> AsyncIterator[asyncio.Event]:
    """An event that is set by SIGTERM, and inside the block a heartbeat that stops with the loop.

        async with lifetime(inheritance.beat, hangup=reload) as stopped:
            ...start...
            inheritance.ready()
            await stopped.wait()
            ...drain...

    A loop that a callback keeps busy beats no more, so the supervisor sees it (give the slot a `stale_after` of some
    seconds). `hangup` is called in the loop at SIGHUP, `retire` at SIGUSR2; without them those are ignored.
    """
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()

    async def beat_on() -> None:
        while True:
            beat()
            await asyncio.sleep(BEAT_EVERY)

    beating = loop.create_task(beat_on())
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_signal_handler(signal.SIGHUP, hangup or (lambda: None))
    loop.add_signal_handler(signal.SIGUSR2, retire or (lambda: None))
    try:
        yield stopped
    finally:
        beating.cancel()
