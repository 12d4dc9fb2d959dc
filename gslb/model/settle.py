"""A model whole: its sections checked against each other and every steered name's tree built, or every fault."""

from __future__ import annotations

from dataclasses import replace

from gslb.model.consistent import check_sections
from gslb.model.mark import Collector
from gslb.model.model import NAMED, Broken, Model, Section
from gslb.model.resolve import Resolver
from gslb.model.sound import check_tree


def examine(model: Model, faults: Collector, broken: Broken = frozenset()) -> Model:
    """The model with its trees, as far as they can be built; what is wrong goes to `faults`.

    `broken` names what was written but could not be read, so that nobody is blamed for mentioning it.
    """
    check_sections(model, broken, faults)
    trees = Resolver(model, broken, faults).trees()
    for name, tree in trees.items():
        check_tree(model.steered[name], tree, model, faults)
    sections = {name: Section(getattr(model, name)) for name in NAMED}
    return replace(model, **sections, trees=Section(trees))  # type: ignore[arg-type]  # each by its name


def settle(model: Model) -> Model:
    """The model with its trees. Raises Faults."""
    faults = Collector()
    settled = examine(model, faults)
    faults.raise_any()
    return settled
