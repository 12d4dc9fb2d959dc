"""The chronicle: what changed on a node, one row a change, from which any moment that it still tells of can be rebuilt.

    Change ─► store (numbered) ─► since(number): notifications, audit, incidents, availability
                               └► latest of each `state` up to a number: what was believed, `believed`

What is believed is a fold: of all changes that have the same `state` the latest counts, and one without data says that
there is none any more.
"""

from __future__ import annotations

import base64
import pickle
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from enum import Enum
from math import inf, isinf
from typing import Any

from gslb.health import Cause, Override, Standing, Verdict
from gslb.model import Check
from gslb.nameserver import Belief
from gslb.policy import Memory


class ChangeKind(Enum):
    """What a change is about; its `subject` is in brackets."""

    STARTED = "started"  # a judge began (epoch): what only a running one knows is known no more
    VERDICT = "verdict"  # a check turned (check)
    EVIDENCE = "evidence"  # a verdict stands, how sure it is changed: suspect, votes, horizon (check)
    OVERRIDE = "override"  # an operator's word came, changed or went (path)
    ORDER = "order"  # what an operator asked for, carried out or refused (the order)
    CONTROL = "control"  # a routing control was switched (control)
    ADOPTED = "adopted"  # another snapshot is answered from (its digest)
    LATCH = "latch"  # a failover or latency node stays with a child, or no longer (key of the memory)
    MEMORY = "memory"  # anything else that choices leave behind (field and key of the memory)
    STANDING = "standing"  # from what a name is answered: healthy, partly, last resort, nothing (steered name)
    SILENT = "silent"  # a vantage is no longer heard, or is again (vantage)
    PUBLISHED = "published"  # a generation is answered from now on (epoch/generation)
    NOTIFIED = "notified"  # somebody was told (who)
    GAP = "gap"  # changes were lost here: the disk was full for too long


@dataclass(frozen=True, slots=True)
class Change:
    """At wall-clock `at` (seconds) something changed; `author` says who did it, "" where nobody did.

    `data` is plain (what JSON has a form for); None says that what `state` speaks of is no more.
    """

    at: float
    kind: ChangeKind
    subject: str
    author: str = ""
    data: Mapping[str, Any] | None = field(default_factory=dict)

    @property
    def state(self) -> str | None:
        """What this is the newest word about; None for what only happened."""
        match self.kind:
            case ChangeKind.VERDICT | ChangeKind.EVIDENCE:
                return f"verdict {self.subject}"
            case ChangeKind.LATCH:
                return f"memory latches {self.subject}"
            case ChangeKind.STARTED | ChangeKind.ADOPTED:
                return str(self.kind.value)
            case ChangeKind.OVERRIDE | ChangeKind.CONTROL | ChangeKind.MEMORY | ChangeKind.STANDING | ChangeKind.SILENT:
                return f"{self.kind.value} {self.subject}"
            case _:
                return None

    @property
    def fine(self) -> bool:
        """Whether it is a detail, of which fewer are kept: no verdict, word or world changed by it."""
        if self.kind is ChangeKind.PUBLISHED:
            return not (self.data or {}).get("turned")
        return self.kind in (ChangeKind.EVIDENCE, ChangeKind.MEMORY)


_PLAIN = tuple(
    each.name for each in fields(Verdict) if each.name not in ("check", "horizon", "votes", "cause", "because")
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change as it stands in the chronicle; numbers only grow."""

    number: int
    change: Change


@dataclass(frozen=True, slots=True)
class Believed:
    """What the latest changes say together: by check, by path, by memory's keys."""

    verdicts: Mapping[Check, Verdict]
    overrides: Mapping[str, Override]
    memory: Memory
    standings: Mapping[str, str]
    adopted: str  # digest of the snapshot answered from, "" where none is told


def verdict_change(verdict: Verdict, at: float, kind: ChangeKind, **more: object) -> Change:
    """A verdict as it is believed from now on; `more` goes into the data beside it."""
    cause, because = verdict.cause, verdict.because
    data: dict[str, Any] = {
        "check": _check(verdict.check),
        "horizon": None if isinf(verdict.horizon) else verdict.horizon,
        "votes": list(verdict.votes),
        "cause": None if cause is None else {"id": cause.id, "at": cause.at},
        "because": None if because is None else _check(because),
    }
    for name in _PLAIN:
        data[name] = getattr(verdict, name)
    return Change(at, kind, str(verdict.check), "", data | more)


def _check(check: Check) -> dict[str, str]:
    return {"monitor": check.monitor, "endpoint": check.endpoint, "address": check.address}


def verdict_of(data: Mapping[str, Any]) -> Verdict:
    """The verdict that such a change tells of."""
    known = {each.name: data[each.name] for each in fields(Verdict) if each.name in data}
    known |= {"check": Check(**data["check"]), "votes": tuple(data["votes"])}
    known |= {"horizon": inf if data["horizon"] is None else data["horizon"]}
    known |= {"cause": None if data["cause"] is None else Cause(**data["cause"])}
    known |= {"because": None if data.get("because") is None else Check(**data["because"])}
    return Verdict(**known)


def override_change(override: Override) -> Change:
    """An operator's word that was said now."""
    data = asdict(override) | {"standing": override.standing.value}
    return Change(override.at, ChangeKind.OVERRIDE, override.path, override.author, data)


def override_of(data: Mapping[str, Any]) -> Override:
    """The word that such a change tells of."""
    known = {each.name: data[each.name] for each in fields(Override) if each.name in data}
    return Override(**known | {"standing": Standing(data["standing"])})


def memory_changes(before: Memory, after: Memory, at: float) -> Iterable[Change]:
    """What choices leave behind now that they did not before, key by key."""
    for each in fields(Memory):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if old is new:
            continue
        for key in (*new, *(key for key in old if key not in new)):
            if key not in new or key not in old or old[key] != new[key]:
                yield _memory_change(each.name, key, new.get(key), at)


def _memory_change(name: str, key: str, value: object, at: float) -> Change:
    data = None if value is None else {"value": base64.b64encode(pickle.dumps(value, protocol=5)).decode()}
    if name != "latches":
        return Change(at, ChangeKind.MEMORY, f"{name} {key}", "", data)
    child = getattr(value, "child", "")
    return Change(at, ChangeKind.LATCH, key, "", None if data is None else {"child": child} | data)


def publication_change(
    belief: Belief, touched: Collection[str] | None, model: str, changes: Iterable[Change], at: float
) -> Change:
    """A generation of this snapshot is answered from now on; `changes` are those of the step that made it."""
    weighty = [one for one in changes if not one.fine and one.kind is not ChangeKind.STARTED]
    causes = [cause["id"] for one in weighty if one.data and (cause := one.data.get("cause"))]
    names = None if touched is None else len(touched)
    data = {"model": model, "names": names, "turned": len(weighty), "wall": belief.wall, "seed": belief.seed}
    data |= {"cause": causes[0]} if causes else {}
    return Change(at, ChangeKind.PUBLISHED, f"{belief.epoch}/{belief.generation}", "", data)


def believed(changes: Iterable[Recorded]) -> Believed:
    """What was believed after these: of each state the latest change, in any order."""
    latest: dict[str, Recorded] = {}
    for one in changes:
        state = one.change.state
        if state is not None and (state not in latest or latest[state].number < one.number):
            latest[state] = one
    started = latest["started"].number if "started" in latest else 0
    verdicts: dict[Check, Verdict] = {}
    overrides: dict[str, Override] = {}
    memory: dict[str, dict[str, Any]] = {each.name: {} for each in fields(Memory)}
    standings: dict[str, str] = {}
    adopted = ""
    for one in latest.values():
        data = one.change.data
        if data is None:
            continue
        match one.change.kind:
            case ChangeKind.VERDICT | ChangeKind.EVIDENCE:
                verdict = verdict_of(data)
                verdicts[verdict.check] = verdict if one.number > started else at_rest(verdict)
            case ChangeKind.OVERRIDE:
                overrides[one.change.subject] = override_of(data)
            case ChangeKind.LATCH:
                _put(memory["latches"], one.change.subject, data)
            case ChangeKind.MEMORY:
                name, _, key = one.change.subject.partition(" ")
                _put(memory.get(name, {}), key, data)
            case ChangeKind.STANDING:
                standings[one.change.subject] = data["standing"]
            case ChangeKind.ADOPTED:
                adopted = one.change.subject
    return Believed(verdicts, overrides, Memory(**memory), standings, adopted)


def at_rest(verdict: Verdict) -> Verdict:
    """A verdict without what only a running judge knows: as it is after a restart."""
    return replace(verdict, horizon=inf, suspect=False, votes=(0, 0), cause=None, because=None)


def _put(memory: dict[str, Any], key: str, data: Mapping[str, Any]) -> None:
    """What is remembered under a key; nothing where another release wrote it, and meant something else by it."""
    try:
        value = pickle.loads(base64.b64decode(data["value"]))  # noqa: S301 - our own state directory
    except Exception:  # noqa: BLE001 - whatever another release's pickle may raise
        return
    if not is_dataclass(value) or all(hasattr(value, each.name) for each in fields(value)):
        memory[key] = value
