"""What an operator's hand has set, and how one change makes another of it: words, plans and routing controls.

Desk + change ─► Desk, or a Refusal that says why and what to say instead
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gslb.control.board import Board, Control
from gslb.control.events import Cancelled, Cleared, Command, Returned, Said, Switched, Undrained
from gslb.control.mentions import roots
from gslb.health import Override, Standing
from gslb.model import Model, did_you_mean, operable

LETTERS = {Standing.UP: "u", Standing.DRAIN: "d", Standing.OFF: "o", Standing.BACK: "f"}


class Refusal(Exception):  # noqa: N818 - it refuses
    """Why an order is not carried out, and what would be allowed."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Every word and plan by path, and the board."""

    overrides: Mapping[str, Override] = field(default_factory=dict)
    board: Board = field(default_factory=Board)

    def on(self, control: str) -> bool:
        return self.board.controls.get(control, Control()).on

    def put(self, override: Override) -> Desk:
        return replace(self, overrides={**self.overrides, override.path: override})

    def without(self, *paths: str) -> Desk:
        return replace(self, overrides={path: one for path, one in self.overrides.items() if path not in paths})

    def numbered(self, standing: Standing) -> tuple[Desk, str]:
        """With one more number given out, and the id that it makes."""
        number = self.board.number + 1
        return replace(self, board=replace(self.board, number=number)), f"{LETTERS[standing]}-{number}"


def changed(desk: Desk, change: Command, model: Model, wall: float) -> Desk:
    """The desk after a change at wall-clock `wall`. Raises Refusal."""
    match change:
        case Said(override):
            return _said(desk, override, model, wall)
        case Cleared(path):
            return desk.without(_standing(desk, path).path)
        case Undrained(path, ramp):
            return _undrained(desk, _standing(desk, path), ramp, wall)
        case Cancelled(id=id_):
            found = [path for path, one in desk.overrides.items() if one.id == id_]
            if not found:
                known = ", ".join(dict.fromkeys(one.id for one in desk.overrides.values())) or "nothing"
                raise Refusal(f"there is no {id_} to cancel; what stands or is planned: {known}")
            return desk.without(*found)
        case Switched(controls, author, reason):
            return _switched(desk, controls, Control(at=wall, author=author, reason=reason), model)
        case Returned():
            return _returned(desk, change, model, wall)


def paths_changed(before: Desk, after: Desk) -> tuple[str, ...]:
    """The paths and controls that stand otherwise."""
    words = (*after.overrides, *(path for path in before.overrides if path not in after.overrides))
    moved = [path for path in words if before.overrides.get(path) != after.overrides.get(path)]
    controls = [name for name in after.board.controls if before.on(name) is not after.on(name)]
    return tuple(dict.fromkeys((*moved, *controls)))


def _said(desk: Desk, override: Override, model: Model, wall: float) -> Desk:
    path, known = override.path, dict.fromkeys(operable(model))
    if path not in known:
        hint = did_you_mean(path, list(known))
        raise Refusal(
            f"unknown path {path}" + (f": {hint}" if hint else "; it has to be an endpoint, a pool or a region")
        )
    if override.expires is not None and override.expires <= max(wall, override.starts):
        raise Refusal(f"{override.standing.value} {path} would end before it begins")
    before = desk.overrides.get(path)
    share = before.share(wall) if before else 0.0
    if before and override.starts > wall and share > 0:
        raise Refusal(
            f"{before.standing.value} stands on {path} ({before.id}), and a plan would take its place at once;"
            f" write gslb auto {path} first, or leave out --at"
        )
    begins = override.begins
    if override.standing is Standing.DRAIN and override.ramp > 0 and override.starts <= wall:
        goes_on = before is not None and before.standing is Standing.DRAIN
        begins = wall - share * override.ramp if goes_on else wall
    desk, id_ = desk.numbered(override.standing) if not override.id else (desk, override.id)
    return desk.put(replace(override, id=id_, begins=begins))


def _standing(desk: Desk, path: str) -> Override:
    if path not in desk.overrides:
        said = f"one stands on {', '.join(desk.overrides)}" if desk.overrides else "none stands anywhere"
        raise Refusal(f"no word stands on {path}; {said}")
    return desk.overrides[path]


def _undrained(desk: Desk, word: Override, ramp: float, wall: float) -> Desk:
    if word.standing is not Standing.DRAIN:
        raise Refusal(f"{word.path} is {word.standing.value}, not draining; write gslb auto {word.path}")
    share = word.share(wall)
    if share <= 0 or ramp <= 0:
        return desk.without(word.path)
    length = word.ramp or ramp
    return desk.put(replace(word, begins=wall - share * length, ramp=length, expires=wall, back=ramp))


def _switched(desk: Desk, controls: tuple[tuple[str, bool], ...], to: Control, model: Model) -> Desk:
    now = dict(desk.board.controls)
    for name, on in controls:
        if name not in model.routing_controls:
            known = ", ".join(model.routing_controls) or "none is written (routing_controls:)"
            hint = did_you_mean(name, list(model.routing_controls))
            raise Refusal(f"unknown routing control {name}" + (f": {hint}" if hint else f"; known: {known}"))
        if desk.on(name) is not on:
            now[name] = replace(to, on=on)
    return replace(desk, board=replace(desk.board, controls=now))


def _returned(desk: Desk, change: Returned, model: Model, wall: float) -> Desk:
    if change.name not in model.trees:
        raise Refusal(f"unknown steered name {change.name}")
    if change.ramp <= 0:
        return desk
    desk, id_ = desk.numbered(Standing.BACK)
    for root in sorted(roots(model.trees[change.name])):
        word = Override(root, Standing.BACK, change.reason, change.author, wall, None, id_, wall, change.ramp)
        desk = desk.put(word)
    return desk
