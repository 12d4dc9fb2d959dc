"""How a model changes: a batch of nouns put and removed gives a whole new model and a diff, or every fault at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gslb.model.diff import Diff, diff
from gslb.model.mark import Collector, Fault, Faults
from gslb.model.model import NAMED, SINGLE, Model, Section
from gslb.model.settle import settle


@dataclass(frozen=True, slots=True)
class Put:
    """`noun` stands under `key` of a section from now on; key "" for sections that are one noun (node, listen …)."""

    section: str
    key: str
    noun: object


@dataclass(frozen=True, slots=True)
class Remove:
    section: str
    key: str


Batch = tuple[Put | Remove, ...]


def apply(model: Model, batch: Batch, expected_generation: int) -> tuple[Model, Diff]:
    """The model after a batch, one generation on, and what changed. Raises Faults, and then nothing has changed.

    `expected_generation` is the one that the batch was made for: a model that has moved on in between is refused.
    """
    if model.generation != expected_generation:
        message = f"made for generation {expected_generation}, but the model is at {model.generation}"
        raise Faults(Fault(message, hint="look at what changed in between, and try again"))
    faults = Collector()
    sections = {name: dict(getattr(model, name)) for name in NAMED}
    singles: dict[str, object] = {}
    for change in batch:
        if isinstance(change, Put) and (fault := _misfit(change)):
            faults.add(fault)
        elif isinstance(change, Put) and change.section in SINGLE:
            singles[change.section] = change.noun
        elif isinstance(change, Put):
            sections[change.section][change.key] = change.noun
        elif change.key in sections.get(change.section, ()):
            del sections[change.section][change.key]
        else:
            faults.add(f"{change.section}: there is no {change.key} to remove")
    faults.raise_any()
    named = {name: Section(nouns) for name, nouns in sections.items()}
    changed = settle(replace(model, generation=model.generation + 1, **singles, **named))  # type: ignore[arg-type]  # by name
    return changed, diff(model, changed)


def difference(old: Model, new: Model) -> Batch:
    """The batch that makes `old` mean what `new` means; nouns that only moved within their text are put too."""
    batch: list[Put | Remove] = [
        Put(name, "", getattr(new, name)) for name in SINGLE if getattr(old, name) != getattr(new, name)
    ]
    for name in NAMED:
        before, after = getattr(old, name), getattr(new, name)
        batch += (Remove(name, key) for key in before if key not in after)
        batch += (Put(name, key, noun) for key, noun in after.items() if not _same(before.get(key), noun))
    return tuple(batch)


def _same(old: object, new: object) -> bool:
    return old == new and getattr(old, "mark", None) == getattr(new, "mark", None)


def _misfit(change: Put) -> str:
    """Why a noun cannot be put there, or ""."""
    kinds = SINGLE.get(change.section) or NAMED.get(change.section)
    if kinds is None:
        return f"{change.section}: there is no such section"
    if not isinstance(change.noun, kinds):
        return f"{change.section}: {type(change.noun).__name__} does not belong there"
    named = getattr(change.noun, "name", change.key)
    if change.section in NAMED and change.section != "policies" and named != change.key:
        return f"{change.section}: {named} cannot stand under {change.key}"
    return ""
