"""The metric probe: what a Prometheus server says of an endpoint, and what says nothing of it."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from gslb.model import Bound, MonitorKind, NoData, Relation
from gslb.probe import Prober, Unable
from kit.backends import backend, says, target

LESS = Bound(Relation.LESS, 0.05)


def http(body, status="200 OK"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return says(f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)


def vector(*values):
    result = [{"metric": {"i": str(number)}, "value": [0, value]} for number, value in enumerate(values)]
    return http({"status": "success", "data": {"resultType": "vector", "result": result}})


async def probed(handler, **changes):
    async with backend(handler) as port, Prober() as probe:
        found = {"query": "errors", "at": f"http://127.0.0.1:{port}", "passes": LESS, **changes}
        result = await probe(target(MonitorKind.METRIC, 0, "192.0.2.1", **found))
    return result.ok, result.reason


@pytest.mark.parametrize(
    ("handler", "changes", "ok", "reason"),
    [
        (vector("0.01"), {}, True, "0.01, < 0.05"),
        (vector("0.01", "0.07"), {}, False, "0.07, not < 0.05"),
        (vector("+Inf"), {}, False, "inf, not < 0.05"),
        (vector("NaN", "0.01"), {}, True, "0.01, < 0.05"),
        (vector(), {"no_data": NoData.UP}, True, "no data, which counts as up"),
        (vector(), {"no_data": NoData.DOWN}, False, "no data"),
        (vector("NaN"), {"no_data": NoData.DOWN}, False, "no data"),
        (http({"status": "success", "data": {"resultType": "scalar", "result": [0, "1"]}}), {}, False, "1, not < 0.05"),
    ],
)
async def test_every_value_must_keep_the_bound(handler, changes, ok, reason):
    assert await probed(handler, **changes) == (ok, reason)


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (vector(), "no data"),
        (http({"status": "error", "error": "bad query"}, "400 Bad Request"), "127.0.0.1: bad query"),
        (http({"status": "success", "data": {"resultType": "matrix", "result": []}}), "the query gives a matrix"),
        (http(b"<html>", "502 Bad Gateway"), "HTTP 502, and no answer of a Prometheus server"),
        (http(b"[]"), "HTTP 200, and no answer of a Prometheus server"),
        (http({"status": "success", "data": {"resultType": "vector", "result": [{"value": 1}]}}), "no answer of"),
        (http(b" " * 70_000), "an answer of more than 32 KiB"),
        (says(b"SSH-2.0\r\n"), "127.0.0.1 does not answer"),
    ],
)
async def test_a_server_that_does_not_know_says_nothing_of_the_endpoint(handler, reason):
    with pytest.raises(Unable, match=reason):
        await probed(handler)


async def test_a_server_that_is_late_or_away_says_nothing_of_the_endpoint():
    async def silent(reader, writer):
        await reader.read(-1)

    with pytest.raises(Unable, match=r"answer timed out after 0\.2 s"):
        await probed(silent, timeout=0.2)
    with pytest.raises(Unable, match=r"127\.0\.0\.1 does not answer"):
        await probed(silent, at="http://127.0.0.1:1")


async def test_the_query_says_which_endpoint_is_meant():
    asked = []

    async def prometheus(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.decode())
        content = json.dumps({"status": "success", "data": {"resultType": "scalar", "result": [0, "0"]}}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content))
        await writer.drain()

    query = 'errors{pool="$pool", address="$address"}'
    assert (await probed(prometheus, query=query, timeout=3.0))[0]

    line, *headers = asked[0].split("\r\n")
    target_ = urlsplit(line.split()[1])
    assert target_.path == "/api/v1/query"
    assert parse_qs(target_.query) == {"query": ['errors{pool="web", address="192.0.2.1"}'], "timeout": ["3s"]}
    assert any(header.startswith("Host: 127.0.0.1:") for header in headers)


async def test_its_server_is_behind_the_fence_too():
    with pytest.raises(Unable, match="is forbidden"):
        await probed(vector("0"), at="http://169.254.169.254:9090")
