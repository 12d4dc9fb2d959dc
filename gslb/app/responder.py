"""The responder: answers TCP, from the tables where they can, and what has no stored plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from gslb.app.folders import Folders
from gslb.app.views import Views
from gslb.control import Journal
from gslb.engine import Engine, streams, system_draws
from gslb.image import EngineCounter, Tables, open_engine_counters
from gslb.nameserver import Client, Transport, respond
from gslb.server import Reply, Request, Respond, Responder, inherited


def main(state: str, slot: str, engine: str) -> int:
    """Answer until SIGTERM. `slot` is this process's place among the readers of the tables."""
    inheritance = inherited()
    folders = Folders(Path(state))
    journal = Journal("responder")
    counts = open_engine_counters(folders.run, int(slot))

    def trouble(error: Exception) -> None:
        journal.error("answer_failed", error=repr(error))

    tables = Tables(folders.run, int(slot))
    views = Views(folders, tables, trouble)
    draw = system_draws()
    ready = streams(Engine(engine), tables, counts, draw).answer
    asyncio.run(Responder(inheritance, answering(views, counts, draw), trouble, ready=ready).run())
    tables.close()  # a reader that is gone must not hold old arenas
    return 0


def answering(views: Views, counts: memoryview[int], draw: Callable[[], int]) -> Respond:
    """Requests to replies, in the newest view. `counts` by EngineCounter; what a worker passed on, it has counted."""

    def answer(request: Request) -> Reply:
        view = views.now()
        if view is None:
            return None
        transport = Transport.TCP if request.tcp else Transport.UDP
        reply = respond(request.packet, Client(request.client, transport), view, draw)
        counts[EngineCounter.RECEIVED] += request.tcp
        if reply is None:
            counts[EngineCounter.DROPPED] += 1
        else:
            first = EngineCounter.ANSWERED_TCP if request.tcp else EngineCounter.ANSWERED_UDP
            counts[first + (reply[3] & 15)] += 1
            counts[EngineCounter.TRUNCATED] += bool(reply[2] & 2)
        return reply

    return answer
