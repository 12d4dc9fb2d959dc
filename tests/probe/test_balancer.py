"""What a balancer says over signed HTTP: heard once and in order, and refused where it is hostile or no report."""

import json
from ipaddress import ip_network

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import Secret, Stand
from gslb.probe import Feed, Figures, WireError, figures_in
from gslb.probe.balancer import LARGEST, LENGTH, MOST_RTTS
from gslb.probe.line import Line, LinkError
from kit.node import TOKEN

STAND = Stand("edge/eu", "web/eu", "eu", Secret("file", "t"))
FULL = Figures(
    up=3,
    total=4,
    connections=812,
    queue=2,
    requests=1630.5,
    errors=0.2,
    latency=0.018,
    capacity=2400,
    utilisation=0.68,
    out="a deploy",
    rtts=((ip_network("192.0.2.0/24"), 18.4), (ip_network("2001:db8:1::/48"), 31.0)),
)


class Node:
    """A listener with what it heard."""

    def __init__(self):
        self.heard, self.measured, self.now, self.url = [], [], 500.0, ""
        self.feed = Feed(self.heard.append, lambda *sample: self.measured.append(sample), lambda: self.now)
        self.feed.adopt({"edge/eu": STAND}, {"edge/eu": TOKEN})


@pytest.fixture
async def node():
    found = Node()
    app = web.Application()
    app.add_routes(found.feed.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_report_reaches_the_judge_with_all_that_it_says(node, http):
    line = Line(node.url, "edge/eu", TOKEN, 7)

    await line.call(http, "POST", "/v1/balancer", FULL.body())
    node.now = 501.0
    await line.call(http, "POST", "/v1/balancer", Figures(up=0, total=0).body())

    full, bare = node.heard
    assert (full.name, full.endpoint, full.at, full.up, full.total) == ("edge/eu", "web/eu", 500.0, 3, 4)
    assert (full.connections, full.queue, full.requests, full.errors, full.latency) == (812, 2, 1630.5, 0.2, 0.018)
    assert (full.capacity, full.utilisation, full.out) == (2400.0, 0.68, "a deploy")
    assert (bare.at, bare.load, bare.out) == (501.0, None, "")
    assert full.position < bare.position
    assert node.measured == [("eu", ip_network("192.0.2.0/24"), 18.4), ("eu", ip_network("2001:db8:1::/48"), 31.0)]


async def test_what_was_said_once_and_what_is_older_is_not_heard(node, http):
    line, late = Line(node.url, "edge/eu", TOKEN, 7), Line(node.url, "edge/eu", TOKEN, 7)
    await late.call(http, "POST", "/v1/balancer", FULL.body())
    await line.call(http, "POST", "/v1/balancer", FULL.body())
    heard = len(node.heard)
    late._sequence = 0  # what a recorded request would be

    with pytest.raises(LinkError):
        await late.call(http, "POST", "/v1/balancer", FULL.body())
    assert len(node.heard) == heard


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "Invalid JSON"),
        (b"[]", "should be an object|valid dictionary"),
        (b'{"up": 1}', "total: Field required"),
        (b'{"up": 5, "total": 4}', "5 up of 4 cannot be"),
        (b'{"up": -1, "total": 4}', "up: "),
        (b'{"up": 1, "total": 1e99}', "total: "),
        (b'{"up": 1, "total": 2, "utilisation": NaN}', "utilisation: |JSON"),
        (b'{"up": 1, "total": 2, "capacity": 0}', "capacity: "),
        (b'{"up": 1, "total": 2, "rtts": [["192.0.2.7/32", 4]]}', "too narrow"),
        (b'{"up": 1, "total": 2, "rtts": [["192.0.2.0/24", -4]]}', "rtts/0/1: "),
        (b'{"up": 1, "total": 2, "rtts": [["somewhere", 4]]}', "rtts/0/0"),
        (json.dumps({"up": 1, "total": 1, "rtts": [["10.0.0.0/8", 1]] * (MOST_RTTS + 1)}).encode(), "rtts: "),
        (json.dumps({"up": 1, "total": 1, "out": "x" * 401}).encode(), "out: "),
    ],
    ids=lambda one: one[:40].decode() if isinstance(one, bytes) else "",
)
async def test_what_is_no_report_is_refused_with_the_reason(node, http, body, why):
    with pytest.raises(LinkError, match=f"400 Bad Request.*({why})"):
        await Line(node.url, "edge/eu", TOKEN, 7).call(http, "POST", "/v1/balancer", body)
    assert node.heard == []


async def test_what_is_too_large_and_who_is_not_known_is_turned_away(node, http):
    with pytest.raises(LinkError, match="413"):
        await Line(node.url, "edge/eu", TOKEN, 7).call(http, "POST", "/v1/balancer", b" " * (LARGEST + 1))
    for name, token in (("edge/us", TOKEN), ("edge/eu", b"another-token-another")):
        with pytest.raises(LinkError, match="401 Unauthorized: unknown balancer or wrong token"):
            await Line(node.url, name, token, 7).call(http, "POST", "/v1/balancer", FULL.body())
    assert node.heard == []


async def test_words_of_a_balancer_are_one_plain_line(node, http):
    said = Figures(up=1, total=1, out="a\nforged\x1b[31m line " + "x" * 300)
    await Line(node.url, "edge/eu", TOKEN, 7).call(http, "POST", "/v1/balancer", said.body())

    (heard,) = node.heard
    assert heard.out.startswith("a forged [31m line x")
    assert len(heard.out) == 96


@given(
    figures=st.builds(
        Figures,
        up=st.integers(0, 5),
        total=st.integers(5, 2**52),
        requests=st.floats(0, 1e14),
        out=st.text(max_size=400),
        rtts=st.lists(
            st.tuples(st.integers(0, 2**24 - 1).map(lambda n: ip_network((n << 8, 24))), st.floats(0.1, 60_000)),
            max_size=MOST_RTTS,
        ).map(tuple),
    )
)
def test_every_report_is_of_one_length_and_reads_as_it_was(figures):
    body = figures.body()
    back = figures_in(body)

    assert len(body) == LENGTH
    assert back.model_dump(exclude={"rtts"}) == figures.model_dump(exclude={"rtts"})
    assert [prefix for prefix, _ in back.rtts] == [prefix for prefix, _ in figures.rtts][: len(back.rtts)]
    if not figures.out:
        assert len(back.rtts) >= min(90, len(figures.rtts))


def test_a_line_that_is_no_report_says_where():
    with pytest.raises(WireError, match="total: "):
        figures_in('{"up": 1, "total": -1}')
