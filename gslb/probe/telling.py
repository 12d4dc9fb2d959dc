"""What a balancer runs to tell its nodes how it is: the latest figures, once a second, to every one of them."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Sequence

import aiohttp

from gslb.probe.balancer import BALANCER, Figures
from gslb.probe.line import Line, LinkError
from gslb.probe.wire import WireError

log = logging.getLogger(__name__)

PERIOD = 1.0  # seconds between reports
PATIENCE = 5.0  # seconds one may take: what is older than a few is no news


class Teller:
    """The balancer `name` (edge/eu-west) for the nodes at these URLs; `epoch` numbers this run."""

    def __init__(
        self,
        name: str,
        token: bytes,
        nodes: Sequence[str],
        epoch: int | None = None,
        trust: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
    ) -> None:
        epoch = time.time_ns() if epoch is None else epoch
        self._lines = [Line(node, name, token, epoch) for node in nodes]
        self._trust, self._patience = trust, patience

    async def run(self, figures: Callable[[], Figures | None], period: float = PERIOD) -> None:
        """Tell what `figures` returns, period by period, until cancelled; None: nothing to say this time."""
        connector = aiohttp.TCPConnector(ssl=self._trust or True, limit_per_host=1)
        timeout = aiohttp.ClientTimeout(total=self._patience)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as http,
            asyncio.TaskGroup() as tasks,
        ):
            for line in self._lines:
                tasks.create_task(self._keep(line, http, figures, period))

    async def _keep(
        self, line: Line, http: aiohttp.ClientSession, figures: Callable[[], Figures | None], period: float
    ) -> None:
        """Tell one node; its troubles are its own. What could not be told is old by then, and not said again."""
        trouble: str | None = ""  # None: all is well and was said to be
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + period
            said = figures()
            if said is not None:
                problem = await tell(line, http, said)
                if problem is None and trouble is not None:
                    log.info("%s: heard", line.node)
                elif problem is not None and problem != trouble:
                    log.warning("%s: %s; trying again", line.node, problem)
                trouble = problem
            await asyncio.sleep(due - loop.time())


async def tell(line: Line, http: aiohttp.ClientSession, said: Figures) -> str | None:
    """One report to one node; None, or why it was not heard."""
    try:
        await line.call(http, "POST", BALANCER, said.body())
    except TimeoutError:
        return "no answer in time"
    except (aiohttp.ClientError, OSError, LinkError, WireError) as fault:
        return str(fault) or type(fault).__name__
    return None
