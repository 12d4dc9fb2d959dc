"""The responder: answers TCP, from the tables where they can, and what has no stored plan."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from gslb.app.folders import Folders
from gslb.app.views import Views
from gslb.control import Journal
from gslb.engine import Engine, streams, system_draws
from gslb.image import EngineCounter, Tables, open_engine_counters
from gslb.nameserver import Client, Transport, respond
from gslb.server import Reply, Request, Respond, Responder, inherited

SHOWN = {
    "udp": {
        "aged": EngineCounter.AGED,
        "crowded": EngineCounter.CROWDED,
        "malformed": EngineCounter.FAILED,
        "failed": EngineCounter.FAILED,
        "unsent": EngineCounter.SEND_FAILED,
    },
    "tcp": {
        "accepted": EngineCounter.TCP_ACCEPTED,
        "accept_failed": EngineCounter.TCP_NOT_ACCEPTED,
        "evicted": EngineCounter.TCP_EVICTED,
        "idle": EngineCounter.TCP_IDLE,
        "slow": EngineCounter.TCP_SLOW,
        "garbage": EngineCounter.TCP_GARBAGE,
        "failed": EngineCounter.FAILED,
    },
}


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
    views.now()  # to read a world takes its time, and the first question must not wait for it
    draw = system_draws()
    ready = streams(Engine(engine), tables, counts, draw).answer
    responder = Responder(inheritance, answering(views, counts, draw), trouble, ready=ready, settle=settling(counts))
    asyncio.run(responder.run())
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


def settling(counts: memoryview[int]) -> Callable[[Mapping[str, Counter[str]]], None]:
    """What adds to `counts`, by EngineCounter, how far the responder's own counts have come since the last call."""
    before: dict[str, Counter[str]] = {way: Counter() for way in SHOWN}

    def settle(now: Mapping[str, Counter[str]]) -> None:
        for way, shown in SHOWN.items():
            for word, counter in shown.items():
                counts[counter] += now[way][word] - before[way][word]
            before[way] = now[way].copy()

    return settle
