"""The control process: reload, metrics, status and explain. Nothing that is answered needs it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import Path

import dns.exception
import dns.name
from aiohttp import ClientError, ClientSession, ClientTimeout, UnixConnector, web
from dns.rdatatype import RdataType, UnknownRdatatype

from gslb.app.folders import Folders
from gslb.app.report import REFUSED, Report
from gslb.app.status import explained, status
from gslb.app.views import Views
from gslb.control import Journal, ProbeTimes, Scrape, exposition
from gslb.engine import system_draws
from gslb.image import Tables, sum_counters, sum_engine_counters
from gslb.nameserver import Client, View, explain
from gslb.server import Bound, HttpServer, Pages, child_preexec, inherited, lifetime

STALE = 60.0  # seconds without a publication after which a node with monitors calls itself degraded


class Control:
    """What people and their monitors ask of a node."""

    def __init__(self, folders: Folders, journal: Journal, worker_beats: Callable[[], list[int]]) -> None:
        """`worker_beats` gives each worker's last heartbeat, monotonic nanoseconds."""
        self.folders = folders
        self._worker_beats = worker_beats
        self.journal = journal
        self.views = Views(folders, Tables(folders.run))
        self.reloads: Counter[str] = Counter({"applied": 0, "refused": 0, "failed": 0})
        self.probes: tuple[ProbeTimes, ...] = ()
        self._draw = system_draws()
        self._reloading = asyncio.Lock()

    async def reload(self) -> dict[str, object]:
        """Build anew and let the judge adopt it: all of it, or nothing. Tells what happened, in words."""
        async with self._reloading:
            builder = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "gslb.app",
                "builder",
                str(self.folders.state),
                stdout=-1,
                stderr=-1,
                preexec_fn=child_preexec,
            )
            out, faults = await builder.communicate()
            if builder.returncode:
                outcome = "refused" if builder.returncode == REFUSED else "failed"
                text = faults.decode(errors="replace").strip()
                return self._reloaded(outcome, faults=text)
            report = Report.from_json(out.decode())
            try:
                await self.judge("POST", "/v1/adopt", {"digest": report.digest})
            except (ClientError, OSError, TimeoutError) as error:
                return self._reloaded("failed", faults=f"the judge does not answer: {error}")
            return self._reloaded("applied", model=report.digest, changed=report.changed, warnings=report.warnings)

    def _reloaded(self, outcome: str, **fields: object) -> dict[str, object]:
        self.reloads[outcome] += 1
        tell = self.journal.info if outcome == "applied" else self.journal.error
        tell("reload", outcome=outcome, **fields)
        return {"outcome": outcome, **fields}

    async def judge(self, method: str, path: str, body: object = None) -> object:
        """Ask the judge over its socket."""
        connector = UnixConnector(str(self.folders.judge_socket))
        async with (
            ClientSession(connector=connector, timeout=ClientTimeout(total=5)) as session,
            session.request(method, f"http://judge{path}", json=body) as response,
        ):
            response.raise_for_status()
            return await response.json()

    async def follow_probes(self) -> None:
        """Keep the judge's probe times at hand, so that a scrape waits for nobody."""
        while True:
            try:
                found = await self.judge("GET", "/v1/probes")
                self.probes = tuple(
                    ProbeTimes(
                        one["monitor"], one["vantage"], one["ok"], tuple(map(tuple, one["buckets"])), one["total"]
                    )
                    for one in found  # type: ignore[attr-defined]  # a list, as the judge writes it
                )
            except (ClientError, OSError, TimeoutError):
                pass  # what it said last stands
            await asyncio.sleep(1.0)

    def metrics(self) -> bytes:
        """One scrape."""
        view, run = self.views.now(), self.folders.run
        tables = self.views.tables
        zones = tuple(
            (labels := zone.image.labels(), sum_counters(run, zone.image.digest, len(labels)))
            for zone in tables.zones.values()
        )
        return exposition(
            Scrape(
                engine=sum_engine_counters(run),
                zones=zones,
                belief=view.belief if view else None,
                age=self.age() if view else None,
                reloads=self.reloads,
                probes=self.probes,
                workers=self.workers(),
            )
        )

    def age(self) -> float:
        """Seconds since the last publication."""
        return time.monotonic() - self.views.tables.published_at / 1e9

    def workers(self) -> int:
        """Workers that made a turn in the last second."""
        now = time.monotonic_ns()
        return sum(1 for beat in self._worker_beats() if beat and now - beat < 1_000_000_000)

    def ready(self) -> tuple[bool, dict[str, object]]:
        """Whether this node should be asked: it has tables, and a worker answers from them."""
        view, workers = self.views.now(), self.workers()
        judge_alive = self.folders.judge_socket.exists()
        details = {
            "generation": view.belief.generation if view else 0,
            "workers": workers,
            "degraded": [] if judge_alive else ["judge"],
        }
        return view is not None and workers > 0, details

    def view(self) -> View:
        view = self.views.now()
        if view is None:
            raise web.HTTPServiceUnavailable(text="nothing is published yet")
        return view

    async def get_status(self, _: web.Request) -> web.Response:
        return web.json_response(status(self.view(), self.age(), self.workers(), time.time()))

    async def post_explain(self, request: web.Request) -> web.Response:
        """`{"name", "type", "client", "resolver"}`: client is an address or prefix (its ECS), resolver the sender."""
        asked = await request.json()
        view = self.view()
        try:
            name = dns.name.from_text(asked["name"], origin=None)
            if not name.is_absolute():
                name = absolute(name, view)
            rdtype = RdataType.from_text(asked.get("type") or "A")
            subnet = prefix(asked["client"]) if asked.get("client") else None
            client = Client(ip_address(asked.get("resolver") or "127.0.0.1"))
        except (dns.exception.DNSException, UnknownRdatatype, ValueError) as error:
            return web.json_response({"error": str(error) or type(error).__name__}, status=400)
        found = explain(name, rdtype, client, subnet, view, self._draw())
        return web.json_response(explained(found))

    async def post_reload(self, _: web.Request) -> web.Response:
        return web.json_response(await self.reload())


def prefix(text: str):  # type: ignore[no-untyped-def]  # an IPv4Network or an IPv6Network
    """A client's subnet as resolvers send it: an address means its /24 or /56."""
    if "/" in text:
        return ip_network(text, strict=False)
    return ip_network(f"{text}/{24 if ip_address(text).version == 4 else 56}", strict=False)


def absolute(name: dns.name.Name, view: View) -> dns.name.Name:
    """A name as the configuration has it (`www`), or with its zone left out, made whole by the first zone with it."""
    tried = [name.concatenate(zone.apex) for zone in view.world.zones]
    return next(
        (full for full in tried if full in view.world.steered), tried[0] if tried else name.concatenate(dns.name.root)
    )


def main(state: str, workers: str) -> int:
    """Serve people until SIGTERM; SIGHUP reloads. `workers` says how many of the first children are workers."""
    asyncio.run(_run(Folders(Path(state)), int(workers)))
    return 0


async def _run(folders: Folders, workers: int) -> None:
    inheritance = inherited()
    journal = Journal("control")
    journal.adopt_logging()
    control = Control(folders, journal, lambda: inheritance.beats()[:workers])
    listening = [Bound(inheritance.named_socket(name)) for name in inheritance.named if name == "metrics"]
    pages = HttpServer(listening, Pages(control.metrics, control.ready))
    local = web.Application()
    local.add_routes(
        [
            web.get("/v1/status", control.get_status),
            web.post("/v1/explain", control.post_explain),
            web.post("/v1/reload", control.post_reload),
        ]
    )
    runner = web.AppRunner(local, handle_signals=False, access_log=None)
    reloads: set[asyncio.Task[object]] = set()

    def hangup() -> None:
        task: asyncio.Task[object] = asyncio.ensure_future(control.reload())
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    async with lifetime(inheritance.beat, hangup) as stopped:
        await pages.start()
        await runner.setup()
        folders.control_socket.unlink(missing_ok=True)
        await web.UnixSite(runner, str(folders.control_socket)).start()
        following = asyncio.create_task(control.follow_probes())
        inheritance.ready()
        await stopped.wait()
        following.cancel()
        await pages.stop()
        await runner.cleanup()
