"""The life of a child with an event loop."""

import asyncio
import os
import signal

import pytest

from gslb.server.life import BEAT_EVERY, lifetime


@pytest.fixture(autouse=True)
def _own_handlers():
    """The loop takes the signals over; pytest wants them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def test_sigterm_sets_the_event():
    async with lifetime(lambda: None) as stopped:
        assert not stopped.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(10):
            await stopped.wait()


@pytest.mark.parametrize(("number", "word"), [(signal.SIGHUP, "hangup"), (signal.SIGUSR2, "retire")])
async def test_a_signal_calls_in_the_loop(number, word):
    called = asyncio.Event()
    async with lifetime(lambda: None, **{word: called.set}):
        os.kill(os.getpid(), number)
        async with asyncio.timeout(10):
            await called.wait()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR2])
async def test_a_signal_means_nothing_to_those_who_do_not_ask_for_it(number):
    async with lifetime(lambda: None) as stopped:
        os.kill(os.getpid(), number)
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(10):
            await stopped.wait()


async def test_the_heart_beats_inside_and_not_after():
    beats = []
    second = asyncio.Event()

    def beat():
        beats.append(asyncio.get_running_loop().time())
        if len(beats) == 2:
            second.set()

    async with lifetime(beat), asyncio.timeout(10):
        await second.wait()
    count = len(beats)
    await asyncio.sleep(0)

    assert beats[1] - beats[0] >= BEAT_EVERY * 0.9
    assert len(beats) == count
