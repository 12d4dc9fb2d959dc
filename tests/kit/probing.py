"""Health without a network: vantages that probe a made-up endpoint under a clock turned by hand, and a judge."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from types import MappingProxyType

from gslb.health import Judge, Observation, Timetable, Verdict, Watched
from gslb.model import Check, Monitor, MonitorKind

CHECK = Check("ready", "web/eu", "192.0.2.10")
DIGEST = "d1"
EPOCH = 7


def http(name: str = "ready", **changes: object) -> Monitor:
    """An HTTP monitor: every 10 s, 4 s timeout, rise 2, fall 3, unless told otherwise."""
    return Monitor(name, MonitorKind.HTTP, **{"digest": DIGEST, **changes})  # type: ignore[arg-type]


def seen(
    vantage: str,
    sequence: int,
    *,
    ok: bool,
    at: float = 0.0,
    check: Check = CHECK,
    epoch: int = EPOCH,
    digest: str = DIGEST,
) -> Observation:
    return Observation(vantage, epoch, sequence, check, digest, ok, "200 OK" if ok else "refused", at)


@dataclass(order=True)
class _Event:
    at: float
    number: int
    act: Callable[[float], None] = field(compare=False)


class World:
    """Vantages that probe one check by their own timetables, and a judge that hears of it up to a second later.

    `answer(vantage, started)` says whether a probe is good and how long it takes; `lag(vantage)` how long a report
    is under way; `lost(vantage, at)` whether it never arrives. `run` moves time on and yields (moment, verdict) for
    each new verdict. With `ask(vantage, started, check)` in place of `answer` it is as many `checks` as are given, and
    every vantage asks the `sentinels` beside them. `wall` is what the clock on the wall shows.
    """

    def __init__(
        self,
        monitor: Monitor,
        vantages: Mapping[str, str | None],
        answer: Callable[[str, float], tuple[bool, float]] = lambda vantage, started: (True, 0.1),
        lag: Callable[[str], float] = lambda vantage: 0.0,
        lost: Callable[[str, float], bool] = lambda vantage, at: False,
        region: str | None = "eu",
        now: float = 1_000.0,
        ask: Callable[[str, float, Check], tuple[bool, float]] | None = None,
        checks: tuple[Check, ...] = (CHECK,),
        sentinels: Mapping[Check, Monitor] = MappingProxyType({}),
        wall: Callable[[float], float] = lambda now: now,
    ) -> None:
        self.now = now
        self._wall = wall
        self.monitor = monitor
        self.judge = Judge({check: Watched(monitor, region, 80) for check in checks}, vantages, now, 0.0, sentinels)
        self._ask = ask or (lambda vantage, started, check: answer(vantage, started))
        self._lag, self._lost = lag, lost
        self._events: list[_Event] = []
        self._numbers = count()
        self._arrived: dict[str, float] = {}
        self._sequence = count(1)
        self._news: list[tuple[float, Verdict]] = []
        for name in vantages:
            timetable: Timetable[Check] = Timetable(name)
            timetable.adopt(dict.fromkeys(checks, monitor) | dict(sentinels), now)
            self._at(now, lambda at, name=name, timetable=timetable: self._turn(name, timetable, at))

    @property
    def verdict(self) -> Verdict:
        return self.judge.verdicts()[CHECK]

    def run(self, until: float) -> Iterator[tuple[float, Verdict]]:
        """Everything that happens up to and including `until`."""
        while True:
            wake = self.judge.wake_at()
            event = self._events[0].at if self._events else float("inf")
            if min(wake, event) > until:
                break
            if wake < event:
                self.now = max(self.now, wake)
                self._tell(self.judge.tick(self.now, self._wall(self.now)))
            else:
                happened = heappop(self._events)
                self.now = max(self.now, happened.at)
                happened.act(self.now)
            while self._news:
                yield self._news.pop(0)
        self.now = until

    def _at(self, moment: float, act: Callable[[float], None]) -> None:
        heappush(self._events, _Event(moment, next(self._numbers), act))

    def _turn(
        self, name: str, timetable: Timetable[Check], now: float, finished: tuple[tuple[Check, bool], ...] = ()
    ) -> None:
        turn = timetable.step(now, finished)
        for check in turn.starts:
            ok, took = self._ask(name, now, check)
            self._at(
                now + took, lambda at, check=check, ok=ok, took=took: self._finish(name, timetable, check, ok, took, at)
            )
        if turn.wake_at < float("inf") and not turn.starts:
            self._at(turn.wake_at, lambda at: self._turn(name, timetable, at))

    def _finish(self, name: str, timetable: Timetable[Check], check: Check, ok: bool, took: float, now: float) -> None:
        observation = Observation(
            name, EPOCH, next(self._sequence), check, DIGEST, ok, "fine" if ok else "bad", now, took
        )
        if not self._lost(name, now):
            arrives = max(now + self._lag(name), self._arrived.get(name, 0.0))
            self._arrived[name] = arrives
            self._at(arrives, lambda at: self._tell(self.judge.observe([observation], at, self._wall(at))))
        self._turn(name, timetable, now, ((check, ok),))

    def _tell(self, changed: tuple[Verdict, ...]) -> None:
        self._news.extend((self.now, verdict) for verdict in changed)
