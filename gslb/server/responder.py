"""The responder process: what workers pass on, and TCP, through one `respond`, until the supervisor ends it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping

from gslb.server.datagrams import Datagrams
from gslb.server.handover import Inheritance
from gslb.server.life import lifetime
from gslb.server.stream import Ready, Respond, TcpLimits, nothing_ready
from gslb.server.tcp import TcpServer

QUEUE = "queue"  # the name under which its ends are handed over: the write end to workers, the read end to us
GRACE = 5.0  # seconds for answers in the making once we are told to end
LEISURE = 30.0  # seconds that open connections go on for once another responder has come: most end, or idle, before


class Responder:
    """Both ways in. `counts` says what happened on each; `len(responder.tcp)` connections are open.

    `settle` is given the counts some times a second, and at the end.
    """

    def __init__(
        self,
        inheritance: Inheritance,
        respond: Respond,
        trouble: Callable[[Exception], None],
        limits: TcpLimits | None = None,
        ready: Ready = nothing_ready,
        settle: Callable[[Mapping[str, Counter[str]]], None] = lambda _: None,
    ) -> None:
        self._inheritance = inheritance
        self._settle = settle
        self.tcp = TcpServer([bound.socket for bound in inheritance.tcp], respond, trouble, limits, ready=ready)
        self._queue = inheritance.named_socket(QUEUE)
        self.udp = Datagrams(self._queue, inheritance.udp, respond, trouble)

    @property
    def counts(self) -> dict[str, Counter[str]]:
        return {"udp": self.udp.counts, "tcp": self.tcp.counts}

    def _beat(self) -> None:
        self._inheritance.beat()
        self._settle(self.counts)

    async def run(self, grace: float = GRACE, leisure: float = LEISURE) -> None:
        """Answer until SIGTERM, then drain: no new connections, the queue emptied, answers in the making finished.

        At SIGUSR2 another one has come: this one accepts nobody more, and answers whom it has until they have gone.
        """
        retiring = asyncio.Event()
        async with lifetime(self._beat, retire=retiring.set) as stopped:
            self.udp.start()
            self.tcp.start()
            self._inheritance.ready()
            told = [asyncio.create_task(each.wait()) for each in (stopped, retiring)]
            await asyncio.wait(told, return_when=asyncio.FIRST_COMPLETED)
            if not stopped.is_set():
                self.tcp.refuse()
                gone = asyncio.create_task(self.tcp.gone_all())
                await asyncio.wait((told[0], gone), timeout=leisure, return_when=asyncio.FIRST_COMPLETED)
                gone.cancel()
            for each in told:
                each.cancel()
            await asyncio.gather(self.tcp.stop(grace), self.udp.stop(grace))
            self._settle(self.counts)
            self._queue.close()
