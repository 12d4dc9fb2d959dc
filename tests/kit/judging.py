"""A judge on a clock turned by hand: observations and words go in, beliefs and what would be answered come out."""

from collections.abc import Iterable
from pathlib import Path

from gslb.control import Built, Effects, Event, Heard, Judging, Line, Stored, build
from gslb.health import Observation, Override, Standing
from gslb.model import Check
from gslb.nameserver import Belief, View, World
from kit.worlds import WALL, ask, query, texts, world

START = 1_000.0
REGIONAL = """\
gslb: 1
listen: 127.0.0.1:5300
node: {name: ns1}
regions: {eu-west: {}, us-east: {}}
monitors:
  ready: {probe: "http://www.example.com/ready", interval: 4s, timeout: 2s, confirm_interval: 1s, fall: 2, rise: 2}
pools:
  web: {monitor: ready, endpoints: {eu-west: 192.0.2.1, us-east: 192.0.2.2}}
  shop: {monitor: ready, endpoints: {eu-west: 192.0.2.11, us-east: 192.0.2.12}}
  sorry: {endpoints: {us-east: 192.0.2.99}}
policies:
  both: {failover: [shop/eu-west, shop/us-east], failback: manual}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
      www2 300 CNAME www
      plain 300 A 192.0.2.200
    steer:
      www: {ttl: 30s, failover: [web/eu-west, web/us-east], failback: {after: 60s}}
      api: {ttl: 30s, failover: [{alias: www}]}
      shop: {ttl: 30s, failover: [shop/us-east], on_all_down: {fallback: sorry}}
      elastic: {ttl: {min: 4s, max: 64s}, failover: [web/eu-west, web/us-east], failback: auto}
      one: both
      two: both
"""


def built(of: World | str, folder: Path) -> Built:
    """A world as a builder hands it over."""
    return build(of if isinstance(of, World) else world(of), folder)


class Play:
    """One judge and its clocks. `beliefs` with whom each touched, and `lines`: all that it published and told."""

    def __init__(
        self,
        of: Built,
        stored: Stored | None = None,
        *,
        patience: float = 5.0,
        vantage: str = "ns1",
        now: float = START,
    ) -> None:
        self.now = now
        self.vantage = vantage
        self.judging = Judging(of, stored or Stored(), 1, now, self.wall, patience)
        self.beliefs: list[Belief] = []
        self.touched: list[frozenset[str] | None] = []
        self.lines: list[Line] = []
        self.effects = Effects()
        self._sequence = 0

    @property
    def wall(self) -> float:
        return WALL + self.now - START

    @property
    def belief(self) -> Belief:
        """The last that was published."""
        return self.beliefs[-1]

    def step(self, *events: Event) -> Effects:
        """One step now."""
        self.effects = self.judging.step(self.now, self.wall, events)
        self.judging.chronicle(self.effects, self.wall)
        if self.effects.belief is not None:
            self.beliefs.append(self.effects.belief)
            self.touched.append(self.effects.touched)
        self.lines += self.effects.lines
        return self.effects

    def wait(self, seconds: float) -> None:
        """Let time pass, with a step whenever the judge asked for one."""
        until = self.now + seconds
        while self.effects.wake_at <= until:
            self.now = max(self.now, self.effects.wake_at)
            self.step()
        self.now = until

    def seen(self, endpoint: str, *, ok: bool, vantage: str = "", reason: str = "") -> Observation:
        """A probe of an endpoint that ended now."""
        self._sequence += 1
        check = next(check for check in self.judging.verdicts if check.endpoint == endpoint)
        monitor = self.judging.model.monitors[check.monitor]
        said = reason or ("200 OK" if ok else "connect timeout")
        return Observation(
            vantage or self.vantage, 7, self._sequence, check, monitor.digest, ok, said, self.now - 0.125, 0.25
        )

    def probe(self, *endpoints: str, ok: bool) -> Effects:
        """Probes of endpoints that end now, in one step."""
        return self.step(Heard(tuple(self.seen(endpoint, ok=ok) for endpoint in endpoints)))

    def all_up(self) -> Effects:
        """Every endpoint is probed and is up."""
        return self.probe(*sorted({check.endpoint for check in self.judging.verdicts if check.endpoint}), ok=True)

    def kill(self, *endpoints: str) -> Effects:
        """Probes fail until these are down."""
        falls = {self.judging.model.monitors[check.monitor].fall for check in self.judging.verdicts}
        for _ in range(max(falls)):
            self.now += 1.0
            effects = self.probe(*endpoints, ok=False)
        return effects

    def revive(self, *endpoints: str) -> Effects:
        """Probes succeed until these are up."""
        rises = {self.judging.model.monitors[check.monitor].rise for check in self.judging.verdicts}
        for _ in range(max(rises)):
            self.now += 1.0
            effects = self.probe(*endpoints, ok=True)
        return effects

    def answer(self, name: str, rdtype: str = "A") -> list[str]:
        """What a client would be answered from the last belief."""
        return texts(ask(View(self.judging.built.world, self.belief), query(f"{name}.example.com", rdtype)))

    def ttl(self, name: str) -> int:
        """Of the answer; of the SOA where there is none."""
        reply = ask(View(self.judging.built.world, self.belief), query(f"{name}.example.com"))
        return (reply.answer or reply.authority)[0].ttl

    def told(self, event: str) -> list[dict[str, object]]:
        """The journal's lines of one kind."""
        return [dict(line.fields) for line in self.lines if line.event == event]


def word(path: str, standing: Standing, at: float = WALL, expires: float | None = None) -> Override:
    return Override(path, standing, "CHG-1", "ada", at, expires, "w-1")


def stored(beliefs: Iterable[Belief]) -> Stored:
    """What a store would give back after these."""
    last = [*beliefs][-1]
    return Stored(tuple(last.verdicts.values()), tuple(last.overrides.values()), last.memory)


def check(endpoint: str, address: str, monitor: str = "ready") -> Check:
    return Check(monitor, endpoint, address)
