import asyncio
import socket
from dataclasses import replace

import pytest

from gslb.model import Monitor, MonitorKind
from gslb.probe import Prober, Unable
from kit.backends import Authority, backend, says, target

HTTP, HTTPS = MonitorKind.HTTP, MonitorKind.HTTPS
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready"
AUTHORITY = Authority()


async def probed(handler, tls=None, kind=HTTP, **changes):
    """What a probe of a backend finds: (ok, reason)."""
    async with backend(handler, tls) as port, Prober(AUTHORITY.trust()) as probe:
        result = await probe(target(kind, port, **changes))
    return result.ok, result.reason


async def closes_at_once(reader, writer):
    await reader.readuntil(b"\r\n\r\n")


async def resets(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def never_answers(reader, writer):
    await reader.read(-1)


ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 6_000
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nrea\r\n2\r\ndy\r\n0\r\n\r\n"
BROKEN = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nready\r\n"


@pytest.mark.parametrize(
    ("handler", "changes", "ok", "reason"),
    [
        pytest.param(says(OK), {}, True, "200 OK in ", id="good"),
        pytest.param(says(b"HTTP/1.1 204\r\n\r\n"), {}, True, "204 in ", id="no-reason-phrase"),
        pytest.param(says(b"HTTP/1.0 200 OK\r\n\r\nready"), {"body": "ready"}, True, "200 OK in ", id="http-1.0"),
        pytest.param(
            says(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
            {},
            False,
            "503 Service Unavailable",
            id="bad-status",
        ),
        pytest.param(
            says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
            {},
            True,
            "302 Found in ",
            id="redirect-not-followed",
        ),
        pytest.param(
            says(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
            {"status": ((200, 200),)},
            False,
            "302 Found",
            id="redirect-not-wanted",
        ),
        pytest.param(says(OK), {"status": ((404, 404), (200, 200))}, True, "200 OK in ", id="one-of-several-ranges"),
        pytest.param(says(OK), {"body": "ready"}, True, "200 OK in ", id="body"),
        pytest.param(says(CHUNKED), {"body": "ready"}, True, "200 OK in ", id="body-in-chunks"),
        pytest.param(says(ENDLESS), {"body": "xxx"}, True, "200 OK in ", id="body-without-end"),
        pytest.param(
            says(OK), {"body": "steady"}, False, "200 OK, but its first 5,120 octets lack 'steady'", id="body-lacks"
        ),
        pytest.param(
            says(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_115 + b"ready"),
            {"body": "ready"},
            True,
            "200 OK in ",
            id="body-at-the-last-octet",
        ),
        pytest.param(
            says(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_116 + b"ready"),
            {"body": "ready"},
            False,
            "200 OK, but its first",
            id="body-one-octet-late",
        ),
        pytest.param(says(BROKEN), {"body": "ready"}, False, "not HTTP: ", id="body-broken"),
        pytest.param(says(b"SSH-2.0-OpenSSH_9.2\r\n"), {}, False, "not HTTP: ", id="garbage"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000), {}, False, "not HTTP: ", id="header-without-end"),
        pytest.param(
            says(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000), {}, False, "not HTTP: ", id="headers-without-end"
        ),
        pytest.param(closes_at_once, {}, False, "answer: closed without any", id="closed"),
        pytest.param(resets, {}, False, "answer: ", id="reset"),
        pytest.param(never_answers, {"timeout": 0.1}, False, "answer timed out after 0.1 s", id="slow"),
        pytest.param(
            says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nre"),
            {"body": "ready"},
            False,
            "body: broken off",
            id="body-cut-short",
        ),
        pytest.param(
            says(b"HTTP/1.1 500 \x1b[31mred\x07 alert\r\n\r\n"),
            {},
            False,
            "500 [31mred alert",
            id="reason-made-printable",
        ),
        pytest.param(says(b"HTTP/1.1 500 " + b"e" * 500 + b"\r\n\r\n"), {}, False, "500 eeee", id="reason-cut"),
    ],
)
async def test_an_http_probe_sees_through(handler, changes, ok, reason):
    found, said = await probed(handler, **changes)

    assert (found, said[: len(reason)]) == (ok, reason)
    assert len(said) <= 96


async def test_a_body_that_stalls_is_waited_for_until_the_time_is_over():
    async def stalls(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nre")
        await reader.read(-1)

    assert await probed(stalls, body="ready", timeout=0.2) == (False, "body timed out after 0.2 s")


async def test_nobody_listening_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with Prober() as probe:
            result = await probe(target(HTTP, taken.getsockname()[1]))

    assert (result.ok, result.reason) == (False, "connect: connection refused")


async def test_an_address_that_does_not_answer_times_out_at_connecting():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.settimeout(0)
            filler.connect_ex(("127.0.0.1", port))
        async with Prober() as probe:
            result = await probe(target(HTTP, port, timeout=0.2))
        for filler in fillers:
            filler.close()

    assert (result.ok, result.reason) == (False, "connect timed out after 0.2 s")


async def test_the_request_says_what_the_monitor_says_and_goes_to_the_address():
    heard = []

    async def listens(reader, writer):
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")

    changes = {"method": "HEAD", "path": "/health?deep=1", "headers": (("X-Probe", "1"),), "authorization": "Basic abc"}
    assert (await probed(listens, **changes))[0]

    lines = heard[0].decode().split("\r\n")
    assert lines[0] == "HEAD /health?deep=1 HTTP/1.1"
    assert {"Host: www.example.com", "X-Probe: 1", "Authorization: Basic abc", "Accept-Encoding: identity"} <= set(
        lines
    )


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("www.example.com", None, "www.example.com"),
        ("www.example.com", 80, "www.example.com"),
        ("www.example.com", 8080, "www.example.com:8080"),
        ("", None, "127.0.0.1"),
        ("2001:db8::1", None, "[2001:db8::1]"),
    ],
)
async def test_the_host_header_is_what_the_monitors_url_says(host, port, expected):
    heard = []

    async def listens(reader, writer):
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)

    async with backend(listens) as listening, Prober() as probe:
        asked = replace(target(HTTP, listening), monitor=Monitor("ready", HTTP, host=host, port=port))
        assert (await probe(asked)).ok

    assert f"Host: {expected}\r\n".encode() in heard[0]


async def test_an_endpoint_is_reached_over_ipv6():
    async with backend(says(OK), host="::1") as port, Prober() as probe:
        assert (await probe(target(HTTP, port, "::1"))).ok


async def test_a_name_is_looked_up_by_the_vantage_and_one_that_cannot_be_is_a_failure():
    async with backend(says(OK), host="127.0.0.1") as port, Prober() as probe:
        assert (await probe(target(HTTP, port, "localhost."))).ok
        result = await probe(target(HTTP, port, "nowhere.invalid."))

    assert (result.ok, result.reason) == (False, "cannot resolve nowhere.invalid")


@pytest.mark.parametrize(
    ("certificate", "changes", "ok", "reason"),
    [
        pytest.param({}, {}, True, "200 OK in ", id="good"),
        pytest.param({"name": "other.example"}, {}, False, "certificate refused: Hostname mismatch", id="wrong-name"),
        pytest.param({"days": -1}, {}, False, "certificate refused: certificate has expired", id="expired"),
        pytest.param({"stranger": True}, {}, False, "certificate refused: ", id="unknown-authority"),
        pytest.param({"name": "other.example"}, {"verify": False}, True, "200 OK in ", id="not-verified"),
        pytest.param({"name": "127.0.0.1"}, {"host": ""}, True, "200 OK in ", id="by-address"),
    ],
)
async def test_an_https_probe_checks_the_certificate(certificate, changes, ok, reason):
    async with backend(says(OK), AUTHORITY.server(**certificate)) as port, Prober(AUTHORITY.trust()) as probe:
        result = await probe(target(HTTPS, port, **changes))

    assert (result.ok, result.reason[: len(reason)]) == (ok, reason)


async def test_the_name_asked_for_in_tls_is_the_monitors():
    asked_for = []
    context = AUTHORITY.server()
    context.sni_callback = lambda connection, name, context: asked_for.append(name)

    assert (await probed(says(OK), context, HTTPS))[0]

    assert asked_for == ["www.example.com"]


async def test_a_server_that_does_not_speak_tls_is_said_to_be_none():
    async def greets(reader, writer):
        writer.write(b"220 mail.example.com ESMTP\r\n")
        await reader.read(-1)

    found, said = await probed(greets, kind=HTTPS)

    assert (found, said.split(":")[0]) == (False, "TLS")


async def test_a_huge_body_is_not_read():
    written = 0

    async def floods(reader, writer):
        nonlocal written
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()
            written += 65_536

    found, _ = await probed(floods, body="ready")

    assert not found
    assert written < 16 << 20  # what socket buffers on both sides hold, not the gigabyte


async def test_a_hundred_probes_at_once_each_get_their_own_answer():
    async with backend(says(OK)) as good, backend(says(b"HTTP/1.1 500 No\r\n\r\n")) as bad, Prober() as probe:
        results = await asyncio.gather(*(probe(target(HTTP, port)) for port in (good, bad) * 50))

    assert [result.ok for result in results] == [True, False] * 50


def sends_to(where, status="302 Found"):
    return says(f"HTTP/1.1 {status}\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode())


async def test_redirects_are_followed_where_that_is_asked_for():
    async with backend(says(OK)) as last, backend(sends_to(f"http://127.0.0.1:{last}/x")) as middle:
        found, said = await probed(sends_to(f"http://127.0.0.1:{middle}/"), follow=2, body="ready")
        short = await probed(sends_to(f"http://127.0.0.1:{middle}/"), follow=1, body="ready")

    assert (found, said[:10]) == (True, "200 OK in ")
    assert short == (False, "more than 1 redirects")


async def test_a_redirect_carries_no_credentials_and_its_own_host():
    heads = []

    async def last(reader, writer):
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(OK)
        await writer.drain()

    async with (
        backend(last) as port,
        backend(sends_to(f"http://localhost:{port}/there?x=1")) as first,
        Prober() as probe,
    ):
        result = await probe(target(HTTP, first, authorization="Bearer x", follow=1))

    assert result.ok
    assert heads[0].startswith("GET /there?x=1 HTTP/1.1\r\n")
    assert f"Host: localhost:{port}\r\n" in heads[0]
    assert "Authorization" not in heads[0]


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("", "302 Found, and no URL to follow"),
        ("gopher://h/", "302 Found, and no URL to follow"),
        ("http://user:secret@127.0.0.1/", "302 Found, and no URL to follow"),
        ("http://[::1", "302 Found, and no URL to follow"),
        ("http://nobody.invalid/", "cannot resolve nobody.invalid"),
    ],
)
async def test_a_redirect_to_nowhere_is_down(where, reason):
    assert await probed(sends_to(where), follow=3) == (False, reason)


async def test_no_redirect_leads_out_of_the_fence():
    with pytest.raises(Unable, match="is forbidden"):
        await probed(sends_to("http://169.254.169.254/latest/meta-data/"), follow=3)
