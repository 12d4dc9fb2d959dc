"""The control process: reload, metrics, status and explain. Nothing that is answered needs it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, UnixConnector, web

from gslb.app import questions
from gslb.app.advisor import advised
from gslb.app.availability import follow_availability
from gslb.app.decisions import Decisions
from gslb.app.demanding import Demanding
from gslb.app.estimating import Estimating
from gslb.app.exchange import LARGEST, Exchange
from gslb.app.folders import Folders
from gslb.app.foreseeing import Foreseeing
from gslb.app.incidents import Measuring
from gslb.app.keepsake import Keepsake, open_telemetry
from gslb.app.measurements import plain_samples
from gslb.app.notifying import Notifying
from gslb.app.operators import steered_name
from gslb.app.past import ForgottenError, Past
from gslb.app.refusals import Asked, JudgeError, refused
from gslb.app.report import REFUSED, Report
from gslb.app.sampling import Sampling
from gslb.app.status import capacities, explained, status
from gslb.app.tuning import TtlTuning
from gslb.app.views import Views
from gslb.app.whom import whom
from gslb.control import Balancing, Journal, ProbeTimes, Scrape, exposition
from gslb.engine import Engine, system_draws
from gslb.image import Counted, EngineCounter, ImageError, Tables, Totals, sum_engine_counters
from gslb.model import Model
from gslb.nameserver import View, explain
from gslb.server import Bound, HttpServer, Pages, child_preexec, inherited, lifetime

QUIET = 2.0  # seconds without a heartbeat after which a process is said to be missing
ADOPTION = 600.0  # seconds that a judge may take to make every plan anew


@dataclass(frozen=True, slots=True)
class Beats:
    """The last heartbeat of each child, monotonic nanoseconds; 0 before its first."""

    workers: tuple[int, ...] = ()
    judge: int = 0
    responder: int = 0

    @staticmethod
    def of(beats: Sequence[int], workers: int) -> Beats:
        """From all of them in the order of the fleet: workers, judge, responder."""
        judge, responder = beats[workers : workers + 2]
        return Beats(tuple(beats[:workers]), judge, responder)


class Control:
    """What people and their monitors ask of a node."""

    def __init__(
        self, folders: Folders, journal: Journal, beats: Callable[[], Beats], engine: Engine = Engine.PYTHON
    ) -> None:
        self.folders, self.journal = folders, journal
        self.views = Views(folders, Tables(folders.run), self._trouble)
        self.reloads: Counter[str] = Counter({"applied": 0, "refused": 0, "failed": 0})
        self.probes: tuple[ProbeTimes, ...] = ()
        self.balancers: tuple[Balancing, ...] = ()
        self.telemetry = open_telemetry(folders, journal)
        self.demanding = Demanding(Keepsake(self.telemetry, "demand", journal), journal, time.time())
        self.estimating = Estimating(folders, Keepsake(self.telemetry, "latency", journal), journal, time.time())
        decisions = Decisions(folders, journal)
        self.sampling = Sampling(folders.run, system_draws()() % 256, self.demanding, decisions=decisions)
        keepsake = Keepsake(self.telemetry, "populations", journal)
        self.tuning = TtlTuning(self.sampling.tracing, keepsake, journal, time.monotonic(), time.time())
        self.foreseeing = Foreseeing(self.view, self.sampling, self.demanding, self.judge, self.tuning.measured)
        self._past = Past(folders, self.views.built)
        self.measuring = Measuring(folders, self._past, self.telemetry, journal)
        self.notifying = Notifying(folders, Keepsake(self.telemetry, "notices", journal), journal, self._model)
        self.available: Mapping[tuple[str, str], float] = {}
        self._beats = beats
        self._engine = engine
        self._draw = system_draws()
        self._totals = Totals(folders.run, folders.images)
        self._reloading = asyncio.Lock()

    def _model(self) -> Model | None:
        view = self.views.now()
        return view.world.model if view else None

    def _trouble(self, error: Exception) -> None:
        self.journal.error("view_failed", error=repr(error))

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
                said = await self.judge("POST", "/v1/adopt", {"digest": report.digest}, ADOPTION)
            except JudgeError as error:
                return self._reloaded("failed", faults=str(error))
            warnings = (*report.warnings, *said["warnings"])
            return self._reloaded("applied", model=report.digest, changed=report.changed, warnings=warnings)

    def _reloaded(self, outcome: str, **fields: object) -> dict[str, object]:
        self.reloads[outcome] += 1
        tell = self.journal.info if outcome == "applied" else self.journal.error
        tell("reload", outcome=outcome, **fields)
        return {"outcome": outcome, **fields}

    async def judge(self, method: str, path: str, body: object = None, within: float = 5.0) -> Any:
        """Ask the judge over its socket. JudgeError: it does not answer, or refuses."""
        connector = UnixConnector(str(self.folders.judge_socket))
        try:
            async with (
                ClientSession(connector=connector, timeout=ClientTimeout(total=within)) as session,
                session.request(method, f"http://judge{path}", json=body) as response,
            ):
                said = await response.json()
        except (ClientError, OSError, TimeoutError) as error:
            raise JudgeError(f"the judge does not answer: {error!r}") from error
        if not response.ok:
            raise JudgeError(f"the judge refuses: {said['error']}")
        return said

    async def follow_probes(self) -> None:
        """Keep the judge's probe times at hand, so that a scrape waits for nobody."""
        while True:
            with contextlib.suppress(JudgeError):  # what it said last stands
                found = await self.judge("GET", "/v1/probes")
                self.balancers = tuple(Balancing(**one) for one in await self.judge("GET", "/v1/balancers"))
                self.probes = tuple(ProbeTimes(**one | {"buckets": tuple(map(tuple, one["buckets"]))}) for one in found)
            await asyncio.sleep(1.0)

    async def follow_samples(self) -> None:
        """Keep up with who asks for what."""
        while True:
            try:
                engine = sum_engine_counters(self.folders.run)
                view, published = self.views.now(), self.views.tables.published_at / 1e9
                self.sampling.look(view, engine[EngineCounter.RECEIVED], self._zones(), published)
                await self.demanding.keep(time.time())
                await self.tuning.turn(self.views.now(), self._zones, self._advise, time.monotonic(), time.time())
            except (ImageError, OSError) as error:  # what is known stands
                self._trouble(error)
            await asyncio.sleep(1.0)

    async def _advise(self, seconds: Mapping[str, int]) -> str:
        """Tell the judge which TTLs traffic advises; what went wrong, or ""."""
        try:
            await self.judge("POST", "/v1/advise", {"seconds": dict(seconds)})
        except JudgeError as error:
            return str(error)
        return ""

    async def follow_estimates(self) -> None:
        """Learn what round trips take, and put it in force where that changed."""
        while True:
            try:
                samples = plain_samples(await self.judge("POST", "/v1/samples"))
                if await self.estimating.turn(samples, self.views.now(), time.time()):
                    said = await self.reload()
                    self.estimating.pending = said["outcome"] != "applied"
            except (JudgeError, ImageError, OSError, ValueError, TypeError) as error:  # it is tried again
                if not isinstance(error, JudgeError):
                    self._trouble(error)
            await asyncio.sleep(1.0)

    def _zones(self) -> tuple[Counted, ...]:
        """All that zones have counted, by what is counted."""
        self.views.now()
        return self._totals.read(layer.image for zone in self.views.tables.zones.values() for layer in zone.layers)

    def take_availability(self, found: Mapping[tuple[str, str], float]) -> None:
        """The healthy share by name and window."""
        self.available = found

    def followers(self) -> tuple[Coroutine[None, None, None], ...]:
        """What goes on beside requests, for ever."""
        available = follow_availability(self.folders, self.take_availability)
        measuring = self.measuring.run(self._zones)
        telling = self.notifying.run()
        return telling, self.follow_probes(), self.follow_samples(), self.follow_estimates(), measuring, available

    def metrics(self) -> bytes:
        """One scrape."""
        view, run = self.views.now(), self.folders.run
        return exposition(
            Scrape(
                engine=sum_engine_counters(run),
                zones=self._zones(),
                belief=view.belief if view else None,
                age=self.age() if view else None,
                reloads=self.reloads,
                probes=self.probes,
                workers=self.workers(),
                balancers=self.balancers,
                latency=self.estimating.figures(),
                demand=self.sampling.regions(),
                capacity=capacities(view.world.model) if view else {},
                ttls=self.tuning.tuned,
                available=self.available,
                notified=self.notifying.counts,
            )
        )

    def age(self) -> float:
        """Seconds since the last publication."""
        return time.monotonic() - self.views.tables.published_at / 1e9

    def workers(self) -> int:
        """Workers that made a turn in the last second."""
        now = time.monotonic_ns()
        return sum(1 for beat in self._beats().workers if beat and now - beat < 1_000_000_000)

    def ready(self) -> tuple[bool, dict[str, object]]:
        """Whether this node should be asked: it has tables, and a worker answers from them; and what it lacks."""
        view, workers, beats = self.views.now(), self.workers(), self._beats()
        latest = time.monotonic_ns() - QUIET * 1e9
        missing = {"judge": beats.judge < latest, "responder": beats.responder < latest}
        silent = [f"vantage {one.vantage}: {one.lack.value}" for one in view.belief.absences.values()] if view else []
        details = {
            "generation": view.belief.generation if view else 0,
            "workers": workers,
            "degraded": [*(name for name, quiet in missing.items() if quiet), *silent],
        }
        return view is not None and workers > 0, details

    def view(self) -> View:
        view = self.views.now()
        if view is None:
            raise refused("nothing is published yet", web.HTTPServiceUnavailable)
        return view

    async def get_status(self, _: web.Request) -> web.Response:
        view, demand = self.view(), self.sampling.regions()
        return web.json_response(status(view, self.age(), self.workers(), time.time(), self._engine, demand))

    async def get_top(self, request: web.Request) -> web.Response:
        """`?count=`: how many of each, 10 unless told."""
        count = request.query.get("count", "10")
        if not count.isascii() or not count.isdecimal():
            raise refused(f"count: {count} is no number")
        return web.json_response(self.sampling.top(min(int(count), 500)))

    async def get_ttl(self, request: web.Request) -> web.Response:
        """`?name=`: a steered name, whole or as under `steer:`."""
        model = self.view().world.model
        name = steered_name(request.query.get("name", ""), model)
        return web.json_response(advised(name, self.tuning.of(name, self.view()), model))

    async def post_explain(self, request: web.Request) -> web.Response:
        """See `questions.read`."""
        asked = await Asked.of(request)
        return web.json_response(await asyncio.to_thread(self.explained, asked))

    def explained(self, asked: Asked) -> dict[str, object]:
        """What a question is answered and why: now, or at a moment in the past."""
        moment = asked.moment("at")
        try:
            then = None if moment is None else self._past.at(moment)
        except ForgottenError as error:
            raise refused(str(error), web.HTTPConflict) from error
        view = self.view() if then is None else then.view
        at = {"at": moment, "since": then.since} if then else {}
        if asked.note("answer"):
            return whom(asked, view) | at
        question = questions.read(asked, view)
        found = explain(
            question.name,
            question.rdtype,
            question.client,
            question.subnet,
            view,
            self._draw(),
            lambda client, place: self.estimating.evidence(client, place, time.time()) if then is None else (),
            time.time() if moment is None else moment,
        )
        return explained(found) | at

    async def post_reload(self, _: web.Request) -> web.Response:
        return web.json_response(await self.reload())


def main(state: str, workers: str, engine: str) -> int:
    """Serve people until SIGTERM; SIGHUP reloads. `workers` of the first children are workers, and run `engine`."""
    asyncio.run(_run(Folders(Path(state)), int(workers), Engine(engine)))
    return 0


async def _run(folders: Folders, workers: int, engine: Engine) -> None:
    inheritance = inherited()
    journal = Journal("control")
    journal.adopt_logging()
    control = Control(folders, journal, lambda: Beats.of(inheritance.beats(), workers), engine)
    listening = [Bound(inheritance.named_socket(name)) for name in inheritance.named if name == "metrics"]
    pages = HttpServer(listening, Pages(control.metrics, control.ready))
    local = web.Application(client_max_size=LARGEST)
    local.add_routes(
        [
            web.get("/v1/status", control.get_status),
            web.get("/v1/top", control.get_top),
            web.get("/v1/ttl", control.get_ttl),
            web.post("/v1/explain", control.post_explain),
            *control.foreseeing.routes(),
            web.post("/v1/reload", control.post_reload),
            *Exchange(control.estimating, control.view).routes(),
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
        following = [asyncio.create_task(each) for each in control.followers()]
        inheritance.ready()
        await stopped.wait()
        for task in following:
            task.cancel()
        await control.estimating.keep(time.time(), now=True)
        await pages.stop()
        await runner.cleanup()
