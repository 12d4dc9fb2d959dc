"""Backends on loopback that misbehave in every way a monitor must see through, and the certificates they show."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from gslb.model import Check, Monitor, MonitorKind
from gslb.probe import Target

TURNS = 5  # of the loop, from a connection in the queue to its handler
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Authority:
    """A certificate authority of our own, and server certificates of every sort."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self._stranger = trustme.CA()

    def trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self._authority.configure_trust(context)
        return context

    def write(self, path: Path) -> None:
        """Put the authority's certificate into a file."""
        self._authority.cert_pem.write_to_path(str(path))

    def client(self, path: Path) -> None:
        """Put a client's certificate and its key into a file."""
        self._authority.issue_cert("probe@example.com").private_key_and_cert_chain_pem.write_to_path(str(path))

    def demand(self, context: ssl.SSLContext) -> None:
        """Have a server's context ask for a client's certificate of ours."""
        self._authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED

    def server(self, name: str = "www.example.com", *, days: int = 30, stranger: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer = self._stranger if stranger else self._authority
        day = datetime.now(UTC) + timedelta(days=days)
        issuer.issue_cert(name, not_after=day, not_before=day - timedelta(days=60)).configure_cert(context)
        return context


@asynccontextmanager
async def backend(handler: Handler, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """A server on a free port that runs `handler` for each connection; ends with its connections."""
    open_now: set[asyncio.StreamWriter] = set()
    handling: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now.add(writer)
        task = asyncio.current_task()
        assert task is not None
        handling.add(task)
        try:
            await handler(reader, writer)
            writer.close()
        except (OSError, asyncio.IncompleteReadError, ValueError, asyncio.CancelledError):
            writer.transport.abort()

    server = await asyncio.start_server(serve, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for _ in range(TURNS):  # whom a probe left before we looked is greeted, and ended like the others
            await asyncio.sleep(0)
        for writer in open_now:
            writer.transport.abort()
        for task in handling:
            task.cancel()
        await asyncio.gather(*handling, return_exceptions=True)


def says(*parts: bytes, after: asyncio.Event | None = None) -> Handler:
    """Reads a request's head, then says these parts; `after` holds the answer back."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if after is not None:
            await after.wait()
        for part in parts:
            writer.write(part)
            await writer.drain()

    return handler


def target(
    kind: MonitorKind, port: int, address: str = "127.0.0.1", authorization: str | None = None, **changes: object
) -> Target:
    """A target at a loopback address, under a monitor for www.example.com unless told otherwise."""
    monitor = Monitor("ready", kind, **{"host": "www.example.com", "timeout": 5.0, **changes})  # type: ignore[arg-type]
    return Target(Check("ready", "web/eu", address), monitor, port, authorization)
