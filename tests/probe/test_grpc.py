"""The grpc probe against a server that speaks HTTP/2 through the same library, in every mood; and against others."""

import asyncio

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import MonitorKind
from gslb.probe import Prober, Unable, grpc
from kit.backends import Authority, backend, target

AUTHORITY = Authority()
OK = [(":status", "200"), ("content-type", "application/grpc")]
SERVING = b"\0\0\0\0\x02\x08\x01"


def health(
    headers=OK, data=SERVING, trailers=(("grpc-status", "0"),), *, seen=None, reset=False, goaway=False, pause=None
):
    """A gRPC server that answers one call like this; `seen` gets the request's headers and data."""

    async def handler(reader, writer):
        connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        body = b""
        while True:
            writer.write(connection.data_to_send())
            heard = await reader.read(4096)
            if not heard:
                return
            for event in connection.receive_data(heard):
                match event:
                    case RequestReceived(headers=found) if seen is not None:
                        seen.append(dict(found))
                    case DataReceived(data=more):
                        body += more
                    case StreamEnded(stream_id=stream):
                        if seen is not None:
                            seen.append(body)
                        if pause is not None:
                            await pause.wait()
                        if reset:
                            connection.reset_stream(stream)
                        elif goaway:
                            connection.close_connection()
                        else:
                            connection.send_headers(stream, headers, end_stream=not data and not trailers)
                            if data:
                                connection.send_data(stream, data, end_stream=not trailers)
                            if trailers:
                                connection.send_headers(stream, trailers, end_stream=True)

    return handler


async def probed(handler, context=None, **changes):
    async with backend(handler, context) as port, Prober(AUTHORITY.trust()) as probe:
        result = await probe(target(MonitorKind.GRPC, port, **{"path": "/api.v1.Orders"} | changes))
    return result.ok, result.reason


async def says_http1(reader, writer):
    writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    await writer.drain()
    await reader.read(-1)


async def endless(reader, writer):
    writer.write(b"\0\0\0\x04\0\0\0\0\0" + b"\0\0\x08\x06\0\0\0\0\0abcdefgh" * 8_000)
    await writer.drain()
    await reader.read(-1)


async def closes(reader, writer):
    await reader.read(1)


@pytest.mark.parametrize(
    ("handler", "changes", "ok", "reason"),
    [
        (health(), {}, True, "api.v1.Orders SERVING in "),
        (health(), {"path": "/"}, True, "server SERVING in "),
        (health(data=b"\0\0\0\0\x02\x08\x02"), {}, False, "api.v1.Orders NOT_SERVING"),
        (health(data=b"\0\0\0\0\0"), {}, False, "api.v1.Orders UNKNOWN"),
        (health(data=b"\0\0\0\0\x02\x08\x03"), {}, False, "api.v1.Orders SERVICE_UNKNOWN"),
        (health(data=b"garbage"), {}, False, "no health answer"),
        (health(data=b""), {}, False, "no health answer"),
        (health([*OK, ("grpc-status", "5")], b"", ()), {}, False, "gRPC status 5: unknown service"),
        (health(data=b"", trailers=[("grpc-status", "12")]), {}, False, "gRPC status 12: no health service"),
        (
            health(data=b"", trailers=[("grpc-status", "14"), ("grpc-message", "going away")]),
            {},
            False,
            "gRPC status 14: going away",
        ),
        (health([(":status", "503")], b"", ()), {}, False, "HTTP 503"),
        (health(reset=True), {}, False, "reset the call ("),
        (health(goaway=True), {}, False, "went away ("),
        (health(pause=asyncio.Event()), {"timeout": 0.3}, False, "answer timed out after 0.3 s"),
        (says_http1, {}, False, "not HTTP/2: "),
        (endless, {}, False, "its answer has no end"),
        (closes, {}, False, "answer: "),
    ],
)
async def test_a_grpc_probe_sees_through(handler, changes, ok, reason):
    found, said = await probed(handler, **changes)

    assert (found, said[: len(reason)]) == (ok, reason)


async def test_it_asks_for_the_service_as_the_health_protocol_says():
    seen = []
    await probed(health(seen=seen), path="/api.v1.Orders")

    headers, data = seen
    assert (headers[":method"], headers[":path"]) == ("POST", "/grpc.health.v1.Health/Check")
    assert (headers[":authority"], headers[":scheme"]) == ("www.example.com", "http")
    assert (headers["content-type"], headers["te"]) == ("application/grpc", "trailers")
    assert data == b"\0\0\0\0\x0f\x0a\x0dapi.v1.Orders"


@pytest.mark.parametrize(
    ("server", "changes", "ok", "reason"),
    [
        ({}, {}, True, "api.v1.Orders SERVING in "),
        ({"stranger": True}, {}, False, "certificate refused: "),
        ({"stranger": True}, {"verify": False}, True, "api.v1.Orders SERVING in "),
        ({"name": "www.example.net"}, {}, False, "certificate refused: Hostname mismatch"),
        ({"days": -1}, {}, False, "certificate refused: certificate has expired"),
    ],
)
async def test_over_tls_the_certificate_counts(server, changes, ok, reason):
    context = AUTHORITY.server(**server)
    context.set_alpn_protocols(["h2"])

    found, said = await probed(health(), context, tls=True, **changes)

    assert (found, said[: len(reason)]) == (ok, reason)


async def test_a_client_certificate_is_shown(tmp_path):
    AUTHORITY.client(tmp_path / "client.pem")
    context = AUTHORITY.server()
    context.set_alpn_protocols(["h2"])
    AUTHORITY.demand(context)

    assert (await probed(health(), context, tls=True, certificate=str(tmp_path / "client.pem")))[0]
    assert not (await probed(health(), context, tls=True))[0]


async def test_a_client_certificate_that_cannot_be_read_says_nothing_of_the_endpoint(tmp_path):
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    for name in ("absent.pem", "broken.pem"):
        with pytest.raises(Unable, match="cannot use the client certificate"):
            await probed(health(), AUTHORITY.server(), tls=True, certificate=str(tmp_path / name))


async def test_what_speaks_no_tls_is_told():
    found, said = await probed(says_http1, None, tls=True)

    assert (found, said[:5]) == (False, "TLS: ")


@given(st.text(max_size=300))
def test_a_message_says_its_length(service):
    message = grpc.framed(service)

    assert int.from_bytes(message[1:5], "big") == len(message) - 5
    assert message.endswith(service.encode())


@given(st.binary(max_size=40))
def test_no_answer_confuses_it(data):
    found = grpc.status(data)

    assert found is None or 0 <= found < 0x80
