"""A worker: packets to packets from the published tables. No zone parser, no event loop, no threads here."""

from __future__ import annotations

import signal
from pathlib import Path

from gslb.app.folders import Folders
from gslb.engine import Engine, Worker, servings, system_draws
from gslb.image import SampleWriter, Tables, open_engine_counters
from gslb.server import inherited


def main(state: str, slot: str, engine: str = Engine.AUTO) -> int:
    """Answer from slot `slot` of the tables in the state directory, by that engine."""
    inheritance = inherited()
    run = Folders(Path(state)).run
    ended = False

    def end(*_: object) -> None:
        nonlocal ended
        ended = True

    signal.signal(signal.SIGTERM, end)
    for number in (signal.SIGHUP, signal.SIGUSR2):  # meant for others of the group
        signal.signal(number, signal.SIG_IGN)
    tables = Tables(run, int(slot))
    worker = Worker(
        tables,
        [bound.socket for bound in inheritance.udp],
        inheritance.named_socket("queue"),
        open_engine_counters(run, int(slot)),
        inheritance.beat,
        system_draws(),
        make=servings(Engine(engine)),
        samples=SampleWriter(run, int(slot)),
    )
    inheritance.ready()
    worker.run(lambda: ended)
    tables.close()  # a reader that is gone must not hold old arenas
    return 0
