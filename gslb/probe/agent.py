"""A remote vantage: probes what its nodes ask for, and tells every one of them what it sees.

    node A ◄─ Link ─┐                     ┌─► probes
    node B ◄─ Link ─┴─ Agent ── Runner ───┘
              twice a second, one batch each, news or none

It probes all that any node asks for, and goes on with the last list while a node is out of reach: what it saw
meanwhile is kept, within bounds, and said when the node is back.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Sequence

import aiohttp

from gslb.health import Observation
from gslb.probe.kinds import Prober
from gslb.probe.line import LinkError
from gslb.probe.link import Link
from gslb.probe.once import Asking, Outcome, probe_once
from gslb.probe.runner import Runner

log = logging.getLogger(__name__)

PERIOD = 0.5  # seconds between exchanges with a node: with one round trip, well within the second that detection grants


class Agent:
    """The vantage `name` for the nodes at these URLs; `epoch` numbers this run (default: nanoseconds of the clock)."""

    def __init__(
        self,
        name: str,
        token: bytes,
        nodes: Sequence[str],
        epoch: int | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        epoch = time.time_ns() if epoch is None else epoch
        self.links = [Link(node, name, token, epoch) for node in nodes]
        self._prober = Prober(trust)
        self._runner = Runner(name, epoch, self._prober, self._tell)
        self._trust = trust

    async def run(self, period: float = PERIOD) -> None:
        """Until cancelled."""
        connector = aiohttp.TCPConnector(ssl=self._trust or True, limit_per_host=2)
        quiet = aiohttp.ClientTimeout()  # none: a link gives each exchange its time as a whole
        async with (
            self._prober,
            aiohttp.ClientSession(connector=connector, timeout=quiet) as http,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(self._runner.run())
            for link in self.links:
                tasks.create_task(self._keep(link, http, period, tasks))

    def _tell(self, observation: Observation) -> None:
        for link in self.links:
            link.put(observation)

    async def _keep(self, link: Link, http: aiohttp.ClientSession, period: float, tasks: asyncio.TaskGroup) -> None:
        """Exchange with one node, period by period; its troubles are its own."""
        trouble: str | None = ""  # None: all is well and was said to be
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + period
            try:
                if await link.exchange(http):
                    self._adopt()
                if trouble is not None:
                    log.info("%s: connected, %d checks to probe", link.node, len(link.targets))
                trouble = None
                for asking in link.asked:
                    tasks.create_task(self._probe_once(link, asking))
            except LinkError as fault:
                if trouble != str(fault):
                    log.warning("%s: %s; probing on, trying again", link.node, fault)
                trouble = str(fault)
            await asyncio.sleep(due - loop.time())

    async def _probe_once(self, link: Link, asking: Asking) -> None:
        """Probe what a node asks for now; only what it has in its list."""
        wanted = (asking.check, asking.digest)
        target = next((one for one in link.targets if (one.check, one.monitor.digest) == wanted), None)
        if target is None:
            link.errands.done(Outcome(asking.id, None, "not in the list of checks here yet"))
        else:
            link.errands.done(await probe_once(self._prober, target, asking.id))

    def _adopt(self) -> None:
        """Probe what any node asks for; what several ask for, once, and as often as the most eager of them wants."""
        wanted = sorted(
            (target for link in self.links for target in link.targets), key=lambda target: -target.monitor.interval
        )
        self._runner.adopt({(target.check, target.monitor.digest): target for target in wanted}.values())
