"""A vantage's line to one node: what it still has to say, said in order, until the node has said that it heard it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from itertools import islice

import aiohttp

from gslb.health import Observation
from gslb.probe.line import Line, LinkError
from gslb.probe.once import Asking, Errands
from gslb.probe.target import Target
from gslb.probe.wire import (
    CHECKS,
    MOST,
    OBSERVATIONS,
    WireError,
    batch_of,
    targets_in,
    wanted_in,
)

KEPT = 20_000  # observations kept for a node that is out of reach; the oldest go first
PATIENCE = 5.0  # seconds an exchange may take


class Link(Line):
    """One node's share of what a vantage does. `exchange` is called again and again, one at a time."""

    def __init__(self, node: str, vantage: str, token: bytes, epoch: int, patience: float = PATIENCE) -> None:
        super().__init__(node, vantage, token, epoch)
        self.targets: tuple[Target, ...] = ()
        self.lost = 0
        self._patience = patience
        self._digest = ""
        self._unsaid: deque[Observation] = deque()
        self.errands = Errands()
        self.asked: tuple[Asking, ...] = ()  # what came up at the last exchange

    def put(self, observation: Observation) -> None:
        """Have an observation said at the next exchange."""
        if len(self._unsaid) >= KEPT:
            self._unsaid.popleft()
            self.lost += 1
        self._unsaid.append(observation)

    async def exchange(self, http: aiohttp.ClientSession, clock: Callable[[], float] = time.monotonic) -> bool:
        """Say what is unsaid and ask what to probe; True where `targets` changed. LinkError: it did not work out.

        What is to be probed once is in `asked`, and what came of it is to be put into `errands`.
        """
        self.asked = ()
        try:
            async with asyncio.timeout(self._patience):
                while True:
                    batch = list(islice(self._unsaid, MOST))
                    reply = await self.call(
                        http, "POST", OBSERVATIONS, batch_of(batch, clock(), self.errands.outcomes())
                    )
                    while batch and self._unsaid and self._unsaid[0].sequence <= batch[-1].sequence:
                        self._unsaid.popleft()
                    if len(batch) < MOST:
                        break
                wanted = wanted_in(reply)
                changed = wanted.checks != self._digest
                if changed:
                    self._digest, self.targets = targets_in(await self.call(http, "GET", CHECKS))
                self.asked = self.errands.take(wanted.askings)
                return changed
        except TimeoutError:
            raise LinkError(f"no answer within {self._patience:g} s") from None
        except (aiohttp.ClientError, OSError) as fault:
            raise LinkError(str(fault) or type(fault).__name__) from fault
        except WireError as fault:
            raise LinkError(f"not understood: {fault}") from fault
