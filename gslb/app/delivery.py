"""One notification to one recipient: a POST of JSON to a webhook, or a program with JSON on its standard input."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from gslb.model import Recipient
from gslb.probe import Fence, Forbidden, SecretError, Unresolved, read

TIME = 10.0  # seconds that one may take
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


class DeliveryError(Exception):
    """It was not taken; the text says why, and never holds a URL that is a secret."""


async def deliver(recipient: Recipient, said: Mapping[str, Any], fence: Fence, *, programs: bool = False) -> None:
    """Raises DeliveryError. `programs`: whether the configuration lets any be started."""
    body = json.dumps(said, ensure_ascii=False).encode()
    try:
        async with asyncio.timeout(TIME):
            if recipient.command:
                await _start(recipient.command, body, programs=programs)
            else:
                await _post(recipient.url or (read(recipient.secret) if recipient.secret else ""), body, fence)
    except TimeoutError:
        raise DeliveryError(f"no end within {TIME:g} s") from None
    except SecretError as error:
        raise DeliveryError(str(error)) from None


class _Checked(AbstractResolver):
    """Answers the one address that was looked up and let through the fence."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - the address is of one
    ) -> list[ResolveResult]:
        found = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        flags = socket.AI_NUMERICHOST
        return [ResolveResult(hostname=host, host=self._address, port=port, family=found, proto=0, flags=flags)]

    async def close(self) -> None:
        """Nothing is held."""


async def _post(url: str, body: bytes, fence: Fence) -> None:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host or not url.startswith(("http://", "https://")):
        raise DeliveryError("what is kept there is no URL")
    try:
        address = await fence.resolve(host)
    except (Forbidden, Unresolved) as error:
        raise DeliveryError(str(error)) from None
    connector = aiohttp.TCPConnector(resolver=_Checked(address), force_close=True)
    try:
        async with (
            aiohttp.ClientSession(connector=connector) as http,
            http.post(url, data=body, headers={"Content-Type": "application/json"}, allow_redirects=False) as answer,
        ):
            if not 200 <= answer.status < 300:
                raise DeliveryError(f"{answer.status} {answer.reason}")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise DeliveryError(type(error).__name__) from None


async def _start(command: tuple[str, ...], body: bytes, *, programs: bool) -> None:
    if not programs:
        raise DeliveryError("programs are not started (probes: exec)")
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env=ENVIRONMENT, cwd="/", start_new_session=True
        )
    except (OSError, ValueError) as error:
        raise DeliveryError(f"cannot start {command[0]}: {error}") from None
    try:
        await process.communicate(body)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if process.returncode:
        raise DeliveryError(f"exit {process.returncode}")
