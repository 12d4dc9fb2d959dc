import asyncio

import pytest

from gslb.model import MonitorKind
from gslb.probe import Prober
from kit.backends import backend, target


@pytest.mark.parametrize("kind", [kind for kind in MonitorKind if kind.has_target])
async def test_every_kind_with_a_target_has_a_probe(kind):
    async def silent(reader, writer):
        await reader.read(-1)

    async with backend(silent) as port, Prober() as probe:
        result = await probe(target(kind, port, timeout=0.1, expect="220"))

    assert not result.ok
    assert result.reason.endswith("timed out after 0.1 s")


async def test_a_probe_is_over_when_its_time_is_over_and_hangs_up():
    callers, hung_up, loop = 20, asyncio.Event(), asyncio.get_running_loop()

    async def until_they_hang_up(reader, writer):
        nonlocal callers
        await reader.read(-1)
        callers -= 1
        if callers == 0:
            hung_up.set()

    async with backend(until_they_hang_up) as port, Prober() as probe:
        started = loop.time()
        await asyncio.gather(*(probe(target(MonitorKind.HTTP, port, timeout=0.2)) for _ in range(callers)))
        assert loop.time() - started < 5
        async with asyncio.timeout(10):
            await hung_up.wait()
