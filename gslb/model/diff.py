"""What changed between two models, in words, and which steered names may answer otherwise because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from gslb.model.checks import expand, read_by
from gslb.model.model import NAMED, SINGLE, Model
from gslb.model.sound import varies_by_client
from gslb.model.tree import Geoproximity, Latency, NetworkMatch, walk


class Verb(Enum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One noun that changed; `words` tell what of it did ("interval 10.0 -> 5.0")."""

    section: str
    key: str
    verb: Verb
    words: str = ""

    def __str__(self) -> str:
        place = f"{self.section} {self.key}".rstrip()
        return f"{place}  {self.verb.value}" + (f": {self.words}" if self.words else "")


@dataclass(frozen=True, slots=True)
class Diff:
    """`changes` in the order of sections; `steered` are the names whose answers may differ."""

    changes: tuple[Change, ...] = ()
    steered: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.changes)) or "nothing changed"


def diff(old: Model, new: Model) -> Diff:
    """What changed from `old` to `new`, both settled."""
    changes: list[Change] = []
    for name in SINGLE:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            changes.append(Change(name, "", Verb.CHANGED, _words(before, after)))
    for name in NAMED:
        changes += _section(name, getattr(old, name), getattr(new, name))
    return Diff(tuple(changes), tuple(_touched(old, new, changes)))


def _section(name: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterable[Change]:
    for key in (*old, *(key for key in new if key not in old)):
        if key not in new:
            yield Change(name, str(key), Verb.REMOVED)
        elif key not in old:
            yield Change(name, str(key), Verb.ADDED)
        elif old[key] != new[key]:
            yield Change(name, str(key), Verb.CHANGED, _words(old[key], new[key]))


def _words(old: object, new: object) -> str:
    if type(old) is not type(new) or not is_dataclass(old):
        return "another policy"
    names = [
        field.name for field in fields(old) if field.compare and field.name != "digest"
    ]  # that follows from others
    parts = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return ", ".join(_one(name, before, after) for name, before, after in parts if before != after)


def _one(name: str, before: object, after: object) -> str:
    simple = str | int | float | bool | None
    if isinstance(before, simple) and isinstance(after, simple) and "\n" not in f"{before}{after}":
        return f"{name} {before} -> {after}"
    return name


def _touched(old: Model, new: Model, changes: Iterable[Change]) -> Iterable[str]:
    """Names that came, went or read something that changed."""
    changed = {(change.section, change.key) for change in changes}
    for name in dict.fromkeys((*old.steered, *new.steered)):
        known = name in old.trees and name in new.trees
        same = known and (old.steered[name], old.trees[name]) == (new.steered[name], new.trees[name])
        if not same or not changed.isdisjoint(_read(name, new)):
            yield str(name)


def _read(name: str, model: Model) -> Iterable[tuple[str, str]]:
    """The nouns beyond its own tree that a steered name's answer depends on."""
    tree = model.trees[name]
    yield "zones", model.steered[name].zone
    if varies_by_client(tree):
        yield "clients", ""
    for check in read_by(tree):
        yield from (("monitors", each.monitor) for each in expand(check, model))
    for node in walk(tree):
        match node:
            case Latency(children=children) | Geoproximity(children=children):
                yield from (("regions", region) for region, _ in children)
            case NetworkMatch(children=children):
                yield from (("networks", key) for key, _ in children)
            case _:
                pass
