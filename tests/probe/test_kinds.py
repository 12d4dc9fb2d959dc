import asyncio
import resource

import pytest

from gslb.model import MonitorKind
from gslb.probe import Prober, Unable
from kit.backends import backend, target

STREAMS = [kind for kind in MonitorKind if kind.has_port and kind is not MonitorKind.DNS]


async def silent(reader, writer):
    await reader.read(-1)


def test_every_kind_that_is_probed_has_a_probe():
    assert set(Prober().kinds) == {kind for kind in MonitorKind if kind.probed}


@pytest.mark.parametrize("kind", STREAMS)
async def test_who_says_nothing_is_late(kind):
    async with backend(silent) as port, Prober() as probe:
        result = await probe(target(kind, port, timeout=0.1, expect="220"))

    assert not result.ok
    assert result.reason.endswith("timed out after 0.1 s")


@pytest.mark.parametrize("kind", STREAMS)
async def test_who_does_not_listen_is_down(kind):
    async with backend(silent) as port:
        pass
    async with Prober() as probe:
        result = await probe(target(kind, port))

    assert (result.ok, result.reason.partition(": ")[2]) == (False, "connection refused")


@pytest.mark.parametrize("kind", STREAMS)
async def test_a_name_without_an_address_is_down(kind):
    async with Prober() as probe:
        result = await probe(target(kind, 80, "nobody.invalid."))

    assert (result.ok, result.reason) == (False, "cannot resolve nobody.invalid")


@pytest.mark.parametrize("kind", [kind for kind in MonitorKind if kind.connects])
async def test_no_kind_leaves_the_fence(kind):
    async with Prober() as probe:
        with pytest.raises(Unable, match=r"169\.254\.169\.254 is not probed: 169\.254\.0\.0/16 is forbidden"):
            await probe(target(kind, 80, "169.254.169.254"))


async def test_a_machine_without_descriptors_says_nothing_of_its_endpoints():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with backend(silent) as port, Prober() as probe:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            with pytest.raises(Unable, match="connect: too many open files"):
                await probe(target(MonitorKind.TCP, port))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


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
