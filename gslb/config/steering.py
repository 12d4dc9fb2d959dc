"""What a steered name says beside its policy - `ttl`, `failback`, `on_all_down` - and the defaults for them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Tag

from gslb.config.reading import Reading
from gslb.config.shape import Shape, form
from gslb.config.timing import TimingShape
from gslb.config.words import FailbackWord, LastResortWord, PositiveRate, PositiveSeconds, Seconds, Text, TtlSeconds
from gslb.model import Auto, Collector, Defaults, Failback, LastResort, OnAllDownSpec, Ttl

ROOM = Ttl(10, 300)  # seconds that `auto` chooses from where nobody says


class AutoShape(Shape):
    """`{rto: 60s, queries: 2k/s}`."""

    rto: PositiveSeconds | None = None
    queries: PositiveRate | None = None


class TtlBoundsShape(Shape):
    """`{auto: {rto: 60s, queries: 2k/s}, min: 10s, max: 5m}`."""

    auto: AutoShape | None = None
    min: TtlSeconds | None = None
    max: TtlSeconds | None = None


class FailbackAfterShape(Shape):
    """`{after: 10m}`."""

    after: Seconds


class FallbackShape(Shape):
    """`{fallback: POOL}`."""

    fallback: Text


TtlShape = Annotated[
    Annotated[TtlSeconds, Tag("<text>")] | Annotated[TtlBoundsShape, Tag("<map>")], Discriminator(form)
]
FailbackShape = Annotated[
    Annotated[FailbackWord, Tag("<text>")] | Annotated[FailbackAfterShape, Tag("<map>")], Discriminator(form)
]
OnAllDownShape = Annotated[
    Annotated[LastResortWord, Tag("<text>")] | Annotated[FallbackShape, Tag("<map>")], Discriminator(form)
]


def ttl(written: int | TtlBoundsShape | None, default: Ttl, faults: Collector) -> Ttl:
    """The bounds of a TTL; a bound that is left out is the default's, as far as the other leaves it room."""
    if written is None:
        return default
    if isinstance(written, int):
        return Ttl(written, written)
    auto = _auto(written, default, faults)
    room = ROOM if auto is not None and default.minimum == default.maximum else default
    low = room.minimum if written.min is None else written.min
    high = room.maximum if written.max is None else written.max
    if written.min is not None and written.max is not None and low > high:
        faults.add("min is above max", written.where("min"))
    elif written.auto is not None and low == high:
        faults.add("min is max: nothing is left to choose", written.where("auto"), "write min: 10s, max: 5m")
    return Ttl(min(low, high), high, auto) if written.min is None else Ttl(low, max(low, high), auto)


def _auto(written: TtlBoundsShape, default: Ttl, faults: Collector) -> Auto | None:
    if written.auto is None:
        return default.auto
    if written.auto.rto is None and written.auto.queries is None:
        faults.add("auto: nothing is said to keep", written.where("auto"), "write rto: 60s, queries: 2k/s, or both")
    return Auto(written.auto.rto, written.auto.queries)


def failback(written: Failback | FailbackAfterShape | None) -> Failback | None:
    return Failback(written.after) if isinstance(written, FailbackAfterShape) else written


def on_all_down(written: LastResort | FallbackShape | None) -> OnAllDownSpec | None:
    match written:
        case None:
            return None
        case FallbackShape():
            return OnAllDownSpec(LastResort.FALLBACK, written.fallback, written.mark)
        case LastResort():
            return OnAllDownSpec(written)


class SteerDefaultsShape(Shape):
    ttl: TtlShape | None = None
    failback: FailbackShape | None = None
    on_all_down: OnAllDownShape | None = None


class DefaultsShape(Shape):
    """What every level that leaves something out takes it from."""

    monitor: TimingShape | None = None
    steer: SteerDefaultsShape | None = None

    def fill(self, reading: Reading) -> None:
        """Make these the defaults of what is read from now on."""
        if self.monitor:
            reading.template = self.monitor.timed(reading.template, reading.template, reading.faults)
        if self.steer:
            plain = Defaults()
            reading.defaults = Defaults(
                ttl=ttl(self.steer.ttl, plain.ttl, reading.faults),
                failback=failback(self.steer.failback) or plain.failback,
                on_all_down=on_all_down(self.steer.on_all_down) or plain.on_all_down,
            )
