"""Monitors that nobody probes: a heartbeat, what a regional balancer reports, a switch in an operator's hand."""

from __future__ import annotations

from typing import Annotated

from gslb.config.guards import DampedShape, DependentShape
from gslb.config.reading import Reading
from gslb.config.scalars import one_of
from gslb.config.shape import Scalar
from gslb.config.timing import finish
from gslb.config.words import Count, InitialWord, PositiveSeconds, SecretWord, Text
from gslb.model import Damping, Monitor, MonitorKind, NoData, Word

UNDAMPED = Damping(falls=0)  # who switches means it
NoDataWord = Annotated[
    NoData, Scalar(lambda text: NoData(one_of("up", "down", "keep")(text)), {"enum": ["up", "down", "keep"]})
]


class PushShape(DampedShape, DependentShape):
    push: SecretWord
    every: PositiveSeconds
    grace: PositiveSeconds | None = None
    initial: InitialWord | None = None

    def noun(self, name: Word, reading: Reading) -> Monitor:
        return finish(
            Monitor(
                name,
                MonitorKind.PUSH,
                token=self.push,
                every=self.every,
                grace=self.every if self.grace is None else self.grace,
                initial=self.initial or reading.template.initial,
                damping=self.damped(reading.template.damping, reading.faults),
                mark=name.mark,
            )
        )


class BalancerShape(DampedShape, DependentShape):
    """What a regional balancer reports of itself."""

    balancer: Text
    min_healthy: Count = 1
    grace: PositiveSeconds = 10.0
    no_data: NoDataWord | None = None
    initial: InitialWord | None = None

    def noun(self, name: Word, reading: Reading) -> Monitor:
        return finish(
            Monitor(
                name,
                MonitorKind.BALANCER,
                balancer=self.balancer,
                min_healthy=self.min_healthy,
                grace=self.grace,
                no_data=self.no_data or NoData.KEEP,
                initial=self.initial or reading.template.initial,
                damping=self.damped(reading.template.damping, reading.faults),
                mark=name.mark,
            )
        )


class ControlShape(DependentShape):
    control: Text

    def noun(self, name: Word, _: Reading) -> Monitor:
        return finish(Monitor(name, MonitorKind.CONTROL, control=self.control, damping=UNDAMPED, mark=name.mark))
