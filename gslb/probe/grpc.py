"""The grpc probe: one call of the standard health service (grpc.health.v1.Health/Check) over HTTP/2.

connection ─► HEADERS, DATA: {service} ─► HEADERS, DATA: {status}, trailers ─► SERVING is well
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, Event, ResponseReceived, StreamEnded, StreamReset
from h2.events import TrailersReceived as Trailers
from h2.exceptions import ProtocolError

from gslb.probe.dial import streams
from gslb.probe.result import LOOKED_AT, Progress, Result, Unable, bad, good, refused
from gslb.probe.target import Target

METHOD = "/grpc.health.v1.Health/Check"
STATUSES = {0: "UNKNOWN", 1: "SERVING", 2: "NOT_SERVING", 3: "SERVICE_UNKNOWN"}
CODES = {"5": "unknown service", "12": "no health service"}
SERVING = 1
SETTINGS = b"\x04"  # the type of the frame that a server begins with (RFC 9113, section 3.4)


@dataclass(slots=True)
class _Call:
    """What was heard of the one call so far; `ended` says why nothing more will come, "" while it may."""

    fields: dict[str, str] = field(default_factory=dict)
    data: bytes = b""
    ended: str = ""

    def hear(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case ResponseReceived(headers=found) | Trailers(headers=found):
                    self.fields |= {_text(name): _text(value) for name, value in found or ()}
                case DataReceived(data=data):
                    self.data += data or b""
                case StreamEnded():
                    self.ended = "answered"
                case StreamReset(error_code=code):
                    self.ended = f"reset the call ({code})"
                case ConnectionTerminated(error_code=code):
                    self.ended = self.ended or f"went away ({code})"
                case _:
                    pass


def _text(value: bytes | str) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


class Calls:
    """Makes the calls of all grpc probes; `trust` verifies certificates."""

    def __init__(self, trust: ssl.SSLContext, blind: ssl.SSLContext) -> None:
        self._trust, self._blind = trust, blind

    async def probe(self, target: Target, address: str, progress: Progress) -> Result:
        monitor = target.monitor
        context = _context(self._trust if monitor.verify else self._blind, monitor.certificate) if monitor.tls else None
        name = (monitor.host or target.host) if context else None
        try:
            reader, writer = await streams(address, target.port, LOOKED_AT, context, name)
        except ssl.SSLCertVerificationError as fault:
            return bad(f"certificate refused: {fault.verify_message}")
        except ssl.SSLError as fault:
            return bad(f"TLS: {fault.reason or fault}")
        except OSError as fault:
            return refused(progress, fault)
        try:
            return await self._call(target, progress, reader, writer)
        except ProtocolError as fault:
            return bad(f"not HTTP/2: {fault}")
        except OSError as fault:
            return refused(progress, fault)
        finally:
            writer.transport.abort()

    async def _call(
        self, target: Target, progress: Progress, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Result:
        loop = asyncio.get_running_loop()
        progress.waiting_for, started = "answer", loop.time()
        connection = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        connection.initiate_connection()
        service = target.monitor.path.lstrip("/")
        stream = connection.get_next_available_stream_id()
        connection.send_headers(stream, _headers(target))
        connection.send_data(stream, framed(service), end_stream=True)
        writer.write(connection.data_to_send())
        call, size = _Call(), 0
        while not call.ended:
            heard = await reader.read(LOOKED_AT)
            if not heard:
                return bad(f"{progress.waiting_for}: closed without any")
            if not size and heard[3:4] not in (b"", SETTINGS):
                return bad("not HTTP/2: it does not begin with its settings")
            size += len(heard)
            if size > 4 * LOOKED_AT:
                return bad("its answer has no end")
            call.hear(connection.receive_data(heard))
            writer.write(connection.data_to_send())
        return judged(call, service, loop.time() - started)


def _headers(target: Target) -> list[tuple[str, str]]:
    monitor = target.monitor
    fields = [
        (":method", "POST"),
        (":scheme", "https" if monitor.tls else "http"),
        (":path", METHOD),
        (":authority", monitor.host or target.host),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
        ("user-agent", "gslb-probe"),
    ]
    return [*fields, ("authorization", target.authorization)] if target.authorization else fields


def framed(service: str) -> bytes:
    """HealthCheckRequest{service} as a gRPC message: not compressed, length, field 1 as a string."""
    name = service.encode()
    message = b"\x0a" + _varint(len(name)) + name if name else b""
    return b"\0" + len(message).to_bytes(4, "big") + message


def _varint(number: int) -> bytes:
    octets = bytearray()
    while number > 0x7F:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*octets, number))


def status(data: bytes) -> int | None:
    """The status in a HealthCheckResponse as it came, framed; None where there is none that can be read."""
    if len(data) < 5 or data[0] or int.from_bytes(data[1:5], "big") != len(data) - 5:
        return None
    message = data[5:]
    if not message:
        return 0  # proto3 leaves out what is zero
    return message[1] if len(message) == 2 and message[0] == 0x08 and message[1] < 0x80 else None


def judged(call: _Call, service: str, took: float) -> Result:
    """What an ended call says."""
    fields = call.fields
    if call.ended != "answered":
        return bad(call.ended)
    if fields.get(":status") != "200":
        return bad(f"HTTP {fields.get(':status', 'without status')}")
    code = fields.get("grpc-status", "0")
    if code != "0":
        return bad(f"gRPC status {code}: {fields.get('grpc-message') or CODES.get(code, 'no reason given')}")
    found = status(call.data)
    if found is None:
        return bad("no health answer")
    said = f"{service or 'server'} {STATUSES.get(found, found)}"
    return good(f"{said} in {1000 * took:.0f} ms") if found == SERVING else bad(said)


def _context(context: ssl.SSLContext, certificate: str | None) -> ssl.SSLContext:
    """A context that speaks HTTP/2, with a client certificate where one is asked for."""
    try:
        return _contexts(context, certificate)
    except (OSError, ssl.SSLError) as fault:
        raise Unable(f"cannot use the client certificate {certificate}: {fault}") from fault


@lru_cache(maxsize=64)
def _contexts(context: ssl.SSLContext, certificate: str | None) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = context.check_hostname, context.verify_mode
    if context.verify_mode is not ssl.CERT_NONE:
        for each in context.get_ca_certs(binary_form=True):
            made.load_verify_locations(cadata=each)
        made.load_default_certs()
    made.set_alpn_protocols(["h2"])
    if certificate is not None:
        made.load_cert_chain(certificate)
    return made
