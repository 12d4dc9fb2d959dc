"""What keeps verdicts steady and says why they fell: damping of what flaps, and what monitors depend on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Discriminator, Tag

from gslb.config.scalars import one_of
from gslb.config.shape import Scalar, Shape, form
from gslb.config.words import Count, PositiveSeconds, Texts
from gslb.model import Collector, Damping

OFF = Damping(falls=0)


def _off(text: str) -> Damping:
    one_of("off")(text)
    return OFF


class DampingShape(Shape):
    """`{falls: 2, within: 5m, hold: 5m, most: 30m}`; what is left out is the default's."""

    falls: Count | None = None
    within: PositiveSeconds | None = None
    hold: PositiveSeconds | None = None
    most: PositiveSeconds | None = None


NoDamping = Annotated[Damping, Scalar(_off, {"const": "off"})]
DampingWord = Annotated[
    Annotated[NoDamping, Tag("<text>")] | Annotated[DampingShape, Tag("<map>")], Discriminator(form)
]


class DependentShape(Shape):
    """Whatever may stand behind something else: the monitors of what explains its fall."""

    depends_on: Texts | None = None


class DampedShape(Shape):
    """Whatever has verdicts that may flap."""

    damping: DampingWord | None = None

    def damped(self, template: Damping, faults: Collector) -> Damping:
        """The damping written here, and the template's for the rest; after `off` the plain one's."""
        match self.damping:
            case None:
                return template
            case Damping():
                return self.damping
            case DampingShape() as shape:
                keys = ("falls", "within", "hold", "most")
                written = {key: getattr(shape, key) for key in keys if getattr(shape, key) is not None}
                made = replace(template if template.falls else Damping(), **written)
                if made.most < made.hold:
                    if shape.most is not None:
                        faults.add("most is below hold", shape.where("most"), "a wait grows from hold to most")
                    made = replace(made, most=made.hold)
                return made
