"""Monitors over monitors: all, any, or enough of them, by number or by weight."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from gslb.config.guards import DampedShape, DependentShape
from gslb.config.reading import Reading
from gslb.config.shape import form
from gslb.config.timing import finish
from gslb.config.words import Count, Flag, Text
from gslb.model import Calculated, CalculatedKind, Monitor, MonitorKind, Word

Members = Annotated[list[Text], Field(min_length=1)]
Weighing = Annotated[dict[Text, Count], Field(min_length=1)]


class CalculatedShape(DampedShape, DependentShape):
    everyone: Annotated[Members | None, Field(alias="all")] = None
    someone: Annotated[Members | None, Field(alias="any")] = None
    of: Annotated[Annotated[Members, Tag("<list>")] | Annotated[Weighing, Tag("<map>")], Discriminator(form)] | None = (
        None
    )
    at_least: Count | None = None
    invert: Flag = False

    def noun(self, name: Word, reading: Reading) -> Monitor:
        members = self.everyone or self.someone or self.of or []
        weights = tuple(members.values()) if isinstance(members, dict) else ()
        kind = CalculatedKind.ALL if self.everyone else CalculatedKind.ANY if self.someone else CalculatedKind.COUNT
        if (self.at_least is None) is (kind is CalculatedKind.COUNT):
            reading.faults.add(
                "at_least: and of: go together", self.where("at_least"), "write {at_least: 2, of: [a, b, c]}"
            )
        whole = sum(weights) or len(members)
        if self.at_least is not None and self.at_least > whole:
            message = f"at_least: {self.at_least} of {whole} can never be"
            reading.faults.add(message, self.where("at_least"))
        calculated = Calculated(kind, tuple(members), self.at_least or 0, self.invert, weights)
        damping = self.damped(reading.template.damping, reading.faults)
        return finish(Monitor(name, MonitorKind.CALCULATED, calculated=calculated, damping=damping, mark=name.mark))
