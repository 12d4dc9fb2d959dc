"""The responder: answers what has no stored plan, and TCP."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gslb.app.folders import Folders
from gslb.app.views import Views
from gslb.control import Journal
from gslb.engine import system_draws
from gslb.image import EngineCounter, Tables, open_engine_counters
from gslb.nameserver import Client, Transport, respond
from gslb.server import Reply, Request, Responder, inherited


def main(state: str, slot: str) -> int:
    """Answer until SIGTERM. `slot` is this process's place among the readers of the tables."""
    inheritance = inherited()
    folders = Folders(Path(state))
    journal = Journal("responder")
    draw = system_draws()
    counts = open_engine_counters(folders.run, int(slot))
    views = Views(folders, Tables(folders.run, int(slot)))

    def answer(request: Request) -> Reply:
        view = views.now()
        if view is None:
            return None
        transport = Transport.TCP if request.tcp else Transport.UDP
        reply = respond(request.packet, Client(request.client, transport), view, draw)
        counts[EngineCounter.RECEIVED] += 1
        if reply is None:
            counts[EngineCounter.DROPPED] += 1
        else:
            first = EngineCounter.ANSWERED_TCP if request.tcp else EngineCounter.ANSWERED_UDP
            counts[first + (reply[3] & 15)] += 1
        return reply

    def trouble(error: Exception) -> None:
        journal.error("answer_failed", error=repr(error))

    asyncio.run(Responder(inheritance, answer, trouble).run())
    return 0
