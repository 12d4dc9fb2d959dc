"""The judge's HTTP side: what remote vantages fetch and report, balancers report, and push monitors' heartbeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from aiohttp import web

from gslb.app.measurements import Measurements
from gslb.control import Beaten, Event, Journal, Reported, own_vantage, vantages, watched
from gslb.health import Observation, Watched, assigned, watch
from gslb.model import Check, Model, Secret, sentinels, stands
from gslb.probe import Feed, Reports, SecretError, Target, list_of, read, read_token, targets
from gslb.server import Bound, Inheritance

NOWHERE = "listen.admin is not set, so nobody can report; write listen: {dns: …, admin: 127.0.0.1:8053}"


class NodeSide:
    """Serves the admin listener, where there is one. A secret that cannot be read is told, and its holder not heard."""

    def __init__(
        self,
        listening: Bound | None,
        heard: Callable[[tuple[Observation, ...]], None],
        put: Callable[[Event], None],
        journal: Journal,
    ) -> None:
        self._listening = listening
        self._journal = journal
        self.reports = Reports(heard, lambda monitor, at: put(Beaten(monitor, at)))
        self._shares: Mapping[str, Sequence[Target]] = {}
        self.measurements = Measurements()
        self._feed = Feed(lambda report: put(Reported(report)), self.measurements.balancer)
        self._runner: web.AppRunner | None = None

    def adopt(self, model: Model) -> tuple[Target, ...]:
        """Ask vantages for their share of a model's checks from now on; returns what is to be probed from here."""
        tokens = {name: vantage.token for name, vantage in model.vantages.items() if vantage.token}
        pushes = {name: monitor.token for name, monitor in model.monitors.items() if monitor.token}
        everything = watched(model) | watch(sentinels(model), model.sentinels, {})
        shares = self._shares = share(targets(everything, self._credentials), everything, vantages(model))
        lists = {name: list_of(shares.get(name, ())) for name in tokens}
        self.reports.adopt(lists, self._secrets(tokens), self._secrets(pushes))
        standing = {stand.name: stand for stand in stands(model.balancers, model.pools)}
        self._feed.adopt(standing, self._secrets({name: stand.token for name, stand in standing.items()}))
        posting = {"measured": token} if (token := model.clients.measured.token) else {}
        self.measurements.adopt(model.regions, self._secrets(posting).get("measured"))
        if (tokens or pushes or standing or posting) and self._listening is None:
            self._journal.warning("no_reports", reason=NOWHERE)
        return tuple(shares.get(own_vantage(model), ()))

    def watching(self, endpoint: str) -> list[tuple[str, Target]]:
        """Each vantage that probes an endpoint with what it probes of it."""
        shares = self._shares.items()
        return [(name, target) for name, wanted in shares for target in wanted if target.check.endpoint == endpoint]

    def _secrets(self, named: Mapping[str, Secret]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for name, secret in named.items():
            try:
                found[name] = read_token(secret)
            except SecretError as error:
                self._journal.error("secret_unreadable", of=name, reason=str(error))
        return found

    def _credentials(self, secret: Secret) -> str:
        """What a probe sends; without it, it will be turned away, and the verdict says so."""
        try:
            return read(secret)
        except SecretError as error:
            self._journal.error("secret_unreadable", reason=str(error))
            return ""

    async def start(self) -> None:
        if self._listening is None:
            return
        app = web.Application()
        app.add_routes([*self.reports.routes(), *self._feed.routes(), *self.measurements.routes()])
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await self._runner.setup()
        await web.SockSite(self._runner, self._listening.socket).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


def share(
    wanted: Iterable[Target], watched_: Mapping[Check, Watched], everybody: Mapping[str, str | None]
) -> dict[str, list[Target]]:
    """What each vantage probes of all that is wanted."""
    shares: dict[str, list[Target]] = defaultdict(list)
    for target in wanted:
        for name in assigned(target.check, watched_[target.check], everybody):
            shares[name].append(target)
    return shares


def node_side(
    inheritance: Inheritance,
    heard: Callable[[tuple[Observation, ...]], None],
    put: Callable[[Event], None],
    journal: Journal,
) -> NodeSide:
    """On the socket that the supervisor handed over, if it did."""
    listening = Bound(inheritance.named_socket("admin")) if "admin" in inheritance.named else None
    return NodeSide(listening, heard, put, journal)
