import asyncio
import resource
from contextlib import asynccontextmanager, suppress

import pytest

from gslb.health import Observation
from gslb.model import Check, Monitor, MonitorKind
from gslb.probe import Prober, Result, Runner, Target
from gslb.probe.runner import at_once
from kit.backends import backend, says

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def targets(count, **changes):
    monitor = Monitor("ready", MonitorKind.HTTP, **{"interval": 0.05, "timeout": 0.05, "digest": "d1", **changes})
    return [Target(Check("ready", f"web/{number}", "127.0.0.1"), monitor, 80) for number in range(count)]


class Heard:
    """What a runner emitted; `until` waits for a condition on it."""

    def __init__(self) -> None:
        self.observations: list[Observation] = []
        self._news = asyncio.Event()

    def __call__(self, observation: Observation) -> None:
        self.observations.append(observation)
        self._news.set()

    async def until(self, condition) -> None:
        async with asyncio.timeout(20):
            while not condition(self.observations):
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def running(probe, heard, **options):
    runner = Runner("eu", 7, probe, heard, **options)
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()


async def fine(target):
    return Result(ok=True, reason="fine")


async def test_each_target_is_probed_again_and_again_and_observations_are_numbered():
    heard = Heard()
    async with running(fine, heard) as runner:
        runner.adopt(targets(3))
        await heard.until(lambda seen: len(seen) >= 12)

    assert {one.check.endpoint for one in heard.observations} == {"web/0", "web/1", "web/2"}
    assert [one.sequence for one in heard.observations] == list(range(1, len(heard.observations) + 1))
    assert {(one.vantage, one.epoch, one.digest, one.ok, one.reason) for one in heard.observations} == {
        ("eu", 7, "d1", True, "fine")
    }
    assert all(one.took >= 0 and one.at > 0 for one in heard.observations)


async def test_a_target_that_goes_is_not_probed_again_and_what_is_under_way_is_forgotten():
    heard, gate, asked = Heard(), asyncio.Event(), []

    async def probe(target):
        asked.append(target.check.endpoint)
        if target.check.endpoint == "web/0":
            await gate.wait()
        return Result(ok=True, reason="")

    gone, kept = targets(2)
    async with running(probe, heard) as runner:
        runner.adopt([gone, kept])
        await heard.until(lambda seen: "web/0" in asked and len(seen) >= 2)
        runner.adopt([kept])
        gate.set()
        count = len(heard.observations)
        await heard.until(lambda seen: len(seen) >= count + 4)

    assert asked.count("web/0") == 1
    assert {one.check.endpoint for one in heard.observations} == {"web/1"}


async def test_no_more_than_the_limit_are_under_way():
    heard, under_way, most = Heard(), 0, 0

    async def probe(target):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return Result(ok=True, reason="")

    async with running(probe, heard, limit=3) as runner:
        runner.adopt(targets(30, interval=0.01, timeout=0.01))
        await heard.until(lambda seen: len(seen) >= 200)

    assert most == 3


async def test_a_fault_in_one_probe_is_a_failure_and_ends_nothing_else(caplog):
    heard = Heard()

    async def probe(target):
        if target.check.endpoint == "web/0":
            raise ValueError("bad header")
        return Result(ok=True, reason="")

    async with running(probe, heard) as runner:
        runner.adopt(targets(2))
        await heard.until(lambda seen: len({one.check.endpoint for one in seen}) == 2 and len(seen) > 4)

    failed = [one for one in heard.observations if not one.ok]
    assert {one.check.endpoint for one in failed} == {"web/0"}
    assert failed[0].reason == "probe failed: ValueError('bad header')"
    assert "bad header" in caplog.text


@pytest.mark.parametrize("alive", [True, False])
async def test_a_real_endpoint_is_observed_over_the_network(alive):
    heard = Heard()
    answer = OK if alive else b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    async with backend(says(answer)) as port, Prober() as probe, running(probe, heard) as runner:
        monitor = Monitor("ready", MonitorKind.HTTP, host="www.example.com", interval=0.1, timeout=0.1, digest="d1")
        runner.adopt([Target(Check("ready", "web/eu", "127.0.0.1"), monitor, port)])
        await heard.until(lambda seen: len([one for one in seen if one.ok is alive]) >= 3)


@pytest.mark.parametrize(("descriptors", "probes"), [(256, 128), (100, 64), (1 << 20, 16_384)])
def test_as_many_probes_are_under_way_as_descriptors_allow(monkeypatch, descriptors, probes):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))

    assert at_once() == probes
