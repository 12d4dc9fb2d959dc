import asyncio
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from gslb.health import Observation
from gslb.model import Check, MonitorKind
from gslb.probe.line import LinkError
from gslb.probe.link import KEPT, Link
from gslb.probe.wire import MOST
from kit.backends import backend, says, target
from kit.node import TOKEN, Node, serving

READY = target(MonitorKind.HTTP, 80, digest="d1")
CHECK = Check("ready", "web/eu", "127.0.0.1")


def seen(sequence):
    return Observation("eu", 7, sequence, CHECK, "d1", ok=True, reason="fine", at=0.0)


def line(url, epoch=7, token=TOKEN, vantage="eu"):
    return Link(url, vantage, token, epoch)


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_link_fetches_what_to_probe_once_and_again_when_it_changes(http):
    async with serving(Node()) as node:
        node.ask_for(READY)
        link = line(node.url + "/")

        assert await link.exchange(http) is True
        assert [one.check for one in link.targets] == [READY.check]
        assert await link.exchange(http) is False
        node.ask_for()
        assert await link.exchange(http) is True
        assert link.targets == ()


async def test_what_was_said_is_not_said_again(http):
    async with serving(Node()) as node:
        node.ask_for(READY)
        link = line(node.url)
        for sequence in (1, 2, 3):
            link.put(seen(sequence))
        await link.exchange(http)
        link.put(seen(4))
        await link.exchange(http)

    assert [one.sequence for one in node.observed] == [1, 2, 3, 4]


async def test_more_than_a_batch_is_said_in_order_in_several(http):
    async with serving(Node()) as node:
        node.ask_for(READY)
        link = line(node.url)
        for sequence in range(1, 2 * MOST + 10):
            link.put(seen(sequence))
        await link.exchange(http)

    assert [one.sequence for one in node.observed] == list(range(1, 2 * MOST + 10))
    assert node.batches == 3


async def test_what_could_not_be_said_is_kept_within_bounds_and_said_when_the_node_is_back(http):
    async with serving(Node()) as node:
        port = int(node.url.rsplit(":", 1)[1])
    link = line(node.url)
    for sequence in range(1, KEPT + 6):
        link.put(seen(sequence))
    with pytest.raises(LinkError):
        await link.exchange(http)
    assert link.lost == 5

    back = Node()
    back.ask_for(READY)
    async with serving(back, port):
        await link.exchange(http)

    assert [one.sequence for one in back.observed] == list(range(6, KEPT + 6))


async def test_a_node_that_restarted_is_greeted_anew_without_losing_anything(http):
    first, second = Node(), Node()
    async with serving(first):
        first.ask_for(READY)
        link = line(first.url)
        await link.exchange(http)
        port = int(first.url.rsplit(":", 1)[1])
    second.ask_for(READY)
    link.put(seen(1))
    async with serving(second, port):
        await link.exchange(http)

    assert [one.sequence for one in second.observed] == [1]


async def test_a_vantage_whose_clock_went_back_goes_on_after_its_earlier_self(http):
    async with serving(Node()) as node:
        node.ask_for(READY)
        before, after = line(node.url, epoch=1_000), line(node.url, epoch=10)
        before.put(seen(1))
        await before.exchange(http)

        after.put(seen(1))
        await after.exchange(http)

    assert [one.epoch for one in node.observed] == [1_000, 1_001]


async def test_of_two_that_report_under_one_name_the_later_is_heard_and_the_other_is_told(http):
    async with serving(Node()) as node:
        node.ask_for(READY)
        one, other = line(node.url, epoch=10), line(node.url, epoch=20)
        await one.exchange(http)
        await other.exchange(http)

        with pytest.raises(LinkError, match="another reports there as eu"):
            await one.exchange(http)
        await other.exchange(http)


async def test_a_node_that_restarts_with_every_request_is_given_up_for_now(http):
    async def restarted(request):
        node = Node()
        node.ask_for(READY)
        return await node.reports.routes()[1].handler(request)

    app = web.Application()
    app.add_routes([web.post("/v1/observations", restarted)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with pytest.raises(LinkError, match="changes its session"):
        await line(f"http://127.0.0.1:{runner.addresses[0][1]}").exchange(http)
    await runner.cleanup()


async def test_a_wrong_token_and_a_name_not_known_are_told(http):
    async with serving(Node()) as node:
        node.ask_for(READY)
        for stranger in (line(node.url, token=b"x" * 32), line(node.url, vantage="us")):
            with pytest.raises(LinkError, match="401 Unauthorized: unknown vantage or wrong token"):
                await stranger.exchange(http)


ANSWERS = {
    "unsigned": (b'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"checks": "ab"}', "not under our token"),
    "elsewhere": (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "302 Found"),
    "broken": (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "."),
    "garbage": (b"220 mail.example.com\r\n", "."),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_whoever_answers_in_the_nodes_place_is_not_believed(http, case):
    answer, reason = ANSWERS[case]
    async with backend(says(answer)) as port:
        link = line(f"http://127.0.0.1:{port}")
        link.put(seen(1))
        with pytest.raises(LinkError, match=reason):
            await link.exchange(http)


async def test_an_answer_recorded_from_the_node_is_not_believed_for_another_request(http):
    recorded = []

    @web.middleware
    async def record(request, handler):
        answer = await handler(request)
        recorded.append((answer.status, answer.body, dict(answer.headers)))
        return answer

    node = Node()
    node.ask_for(READY)
    app = web.Application(middlewares=[record])
    app.add_routes(node.reports.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    link = line(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await link.exchange(http)
    await runner.cleanup()
    status, body, carried = recorded[1]
    head = f"HTTP/1.1 {status} OK\r\nGslb-Signature: {carried['Gslb-Signature']}\r\nContent-Length: {len(body)}\r\n\r\n"

    async with backend(says(head.encode() + body)) as port:
        link.node = f"http://127.0.0.1:{port}"
        with pytest.raises(LinkError, match="not under our token"):
            await link.exchange(http)


async def test_a_node_that_does_not_answer_in_time_is_given_up_for_now(http):
    async with backend(says(b"", after=asyncio.Event())) as port:
        link = Link(f"http://127.0.0.1:{port}", "eu", TOKEN, 7, patience=0.1)
        with pytest.raises(LinkError, match=r"no answer within 0\.1 s"):
            await link.exchange(http)


async def test_an_answer_without_end_is_cut_off(http):
    async with backend(says(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * (1 << 20)] * 65)) as port:
        with pytest.raises(LinkError, match="no end"):
            await line(f"http://127.0.0.1:{port}").exchange(http)


async def test_a_list_that_is_not_understood_is_told(http):
    class Odd(Node):
        def ask_for(self, *targets):
            super().ask_for(*targets)
            (vantage, sent), *_ = self.reports._checks.items()
            self.reports._checks = {vantage: replace(sent, body=b'{"digest": "x"}')}

    async with serving(Odd()) as node:
        node.ask_for(READY)
        with pytest.raises(LinkError, match="not understood: targets"):
            await line(node.url).exchange(http)
