"""The exec probe: a program of the operator's, started without a shell; its exit status is the verdict (0: well).

Its first line of output is the reason. It gets nothing of our environment but PATH, and is ended with all that it
started when its time is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process

from gslb.probe.result import LOOKED_AT, Progress, Result, Unable, bad, good
from gslb.probe.target import Target

ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


async def probe(target: Target, address: str, progress: Progress) -> Result:
    progress.waiting_for = target.monitor.command[0].rpartition("/")[2]
    command = [target.filled(word, address) for word in target.monitor.command]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=ENVIRONMENT, cwd="/", start_new_session=True
        )
    except (OSError, ValueError) as fault:  # it says nothing about the endpoint
        raise Unable(f"cannot start {command[0]}: {fault}") from fault
    try:
        said = await _first_line(process)
        status = await process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if status == 0:
        return good(said or "exit 0")
    ended = f"signal {-status}" if status < 0 else f"exit {status}"
    return bad(f"{ended}: {said}" if said else ended)


async def _first_line(process: Process) -> str:
    """The first line it says; what more it says is read, so that it can go on, and thrown away."""
    assert process.stdout is not None  # noqa: S101 - PIPE was asked for
    start = b""
    while more := await process.stdout.read(LOOKED_AT):
        start += more[: LOOKED_AT - len(start)]
    return start.partition(b"\n")[0].decode(errors="replace")
