import asyncio
import logging
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from gslb.health import Judge, Watched
from gslb.model import MonitorKind
from gslb.probe import Agent
from kit.backends import Authority, backend, says, target
from kit.node import TOKEN, Node, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
TIMING = {"digest": "d1", "interval": 0.2, "timeout": 0.2, "fall": 2, "rise": 1}


@asynccontextmanager
async def running(*nodes, name="eu", trust=None):
    agent = Agent(name, TOKEN, [node.url for node in nodes], trust=trust)
    task = asyncio.create_task(agent.run(period=0.05))
    try:
        yield agent
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()


async def test_every_node_gets_every_observation():
    async with backend(says(OK)) as port, serving(Node()) as one, serving(Node()) as other:
        ready = target(MonitorKind.HTTP, port, **TIMING)
        one.ask_for(ready)
        other.ask_for(ready)
        async with running(one, other):
            await one.until(lambda seen: len(seen) >= 5)
            await other.until(lambda seen: len(seen) >= 5)

    assert one.observed[:5] == [
        replace(mine, at=theirs.at) for mine, theirs in zip(other.observed[:5], one.observed[:5], strict=True)
    ]
    assert [seen.sequence for seen in one.observed[:5]] == [1, 2, 3, 4, 5]


async def test_what_any_node_asks_for_is_probed_and_what_none_does_no_longer():
    async with backend(says(OK)) as port, serving(Node()) as one, serving(Node()) as other:
        first, second = (replace(target(MonitorKind.HTTP, port, **TIMING)) for _ in range(2))
        second = replace(second, check=replace(second.check, endpoint="web/us"))
        one.ask_for(first)
        other.ask_for(second)
        async with running(one, other):
            await one.until(lambda seen: {found.check.endpoint for found in seen} == {"web/eu", "web/us"})
            other.ask_for()
            count = len(one.observed)
            await one.until(lambda seen: [found.check.endpoint for found in seen[count:]].count("web/eu") >= 6)

    assert one.observed[-1].check.endpoint == "web/eu"
    assert [found.check.endpoint for found in one.observed[-3:]] == ["web/eu"] * 3


async def test_what_several_ask_for_is_probed_once_as_often_as_the_most_eager_wants():
    async with backend(says(OK)) as port, serving(Node()) as one, serving(Node()) as other:
        one.ask_for(target(MonitorKind.HTTP, port, **TIMING | {"interval": 60.0}))
        other.ask_for(target(MonitorKind.HTTP, port, **TIMING))
        async with running(one, other) as agent:
            await one.until(lambda seen: len(seen) >= 6)
            assert [found.monitor.interval for found in agent._runner._targets] == [0.2]


async def test_it_probes_on_while_a_node_is_away_and_tells_it_all_when_it_is_back():
    async with backend(says(OK)) as port, serving(Node()) as steady:
        ready = target(MonitorKind.HTTP, port, **TIMING)
        steady.ask_for(ready)
        away, back = Node(), Node()
        async with serving(away):
            away.ask_for(ready)
            listening = int(away.url.rsplit(":", 1)[1])
            stack = running(steady, away)
            await stack.__aenter__()
            await away.until(lambda seen: len(seen) >= 2)
        last = away.observed[-1].sequence
        count = len(steady.observed)
        await steady.until(lambda seen: len(seen) >= count + 5)
        back.ask_for(ready)
        async with serving(back, listening):
            await back.until(lambda seen: len(seen) >= 5)
        await stack.__aexit__(None, None, None)

    told = [seen.sequence for seen in back.observed]
    assert told[0] <= last + 1
    assert told == list(range(told[0], told[0] + len(told)))


class Told(logging.Handler):
    """What was logged; `complaint` is set by the first warning."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.complaint = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        if record.levelno >= logging.WARNING:
            self.complaint.set()


@pytest.fixture
def told():
    log, handler = logging.getLogger("gslb.probe.agent"), Told()
    before = log.level
    log.addHandler(handler)
    log.setLevel("INFO")
    yield handler
    log.removeHandler(handler)
    log.setLevel(before)


async def test_a_node_that_cannot_be_reached_is_complained_of_once_and_its_return_is_told(told):
    async with backend(says(OK)) as port, serving(Node()) as gone:
        listening = int(gone.url.rsplit(":", 1)[1])
    back = Node()
    back.ask_for(target(MonitorKind.HTTP, port, **TIMING))
    async with running(gone):
        async with asyncio.timeout(20):
            await told.complaint.wait()
        async with serving(back, listening):
            await back.until(lambda seen: len(seen) >= 1)

    complaint, *rest = told.lines
    assert complaint.endswith("probing on, trying again")
    assert rest[0] == f"{gone.url}: connected, 1 checks to probe"


async def test_a_death_is_judged_within_the_detection_time_from_over_the_network():
    dead = asyncio.Event()

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Dying\r\nContent-Length: 0\r\n\r\n" if dead.is_set() else OK)

    async with backend(answer) as port, serving(Node()) as node:
        ready = target(MonitorKind.HTTP, port, digest="d1", interval=0.5, timeout=0.5, fall=3)
        judge = Judge({ready.check: Watched(ready.monitor, None, port)}, {"eu": None}, time.monotonic(), time.time())
        verdicts = []
        node.ask_for(ready)
        node.also = lambda seen: verdicts.extend(judge.observe(seen, time.monotonic(), time.time()))
        async with running(node):
            await node.until(lambda seen: len(verdicts) > 0 and verdicts[-1].up)
            died = time.monotonic()
            dead.set()
            await node.until(lambda seen: not verdicts[-1].up)
            assert time.monotonic() - died <= ready.monitor.detection

    assert verdicts[-1].reason == "503 Dying"
    assert verdicts[-1].cause.id.startswith("eu/")


async def test_certificates_are_checked_by_the_authorities_it_is_given():
    authority = Authority()
    async with backend(says(OK), authority.server()) as port, serving(Node()) as node:
        node.ask_for(target(MonitorKind.HTTPS, port, **TIMING))
        async with running(node, trust=authority.trust()):
            await node.until(lambda seen: any(found.ok for found in seen))
