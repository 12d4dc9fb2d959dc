"""The operator's hand: orders carried out whole or refused, plans that begin, words that end, steps of ramps.

Ordered ─► commands on a draft of the desk ─► safety ─► the desk ─┬─ Reply: to whoever asked
time passes ─► plans begin, words end, ramps step ────────────────┴─ Moved: what is to be answered otherwise
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf

from gslb.control.board import Board, Control
from gslb.control.chronicle import Change, ChangeKind
from gslb.control.desk import Desk, Refusal, changed, paths_changed
from gslb.control.events import Cleared, Effects, Line, Ordered, Reply, Returned
from gslb.control.mentions import Mentions, root
from gslb.control.safety import begins_well, check, taken_at, warnings
from gslb.health import Override, Standing
from gslb.model import Model

FORCE = "say --force if that is meant"


@dataclass(slots=True)
class Moved:
    """What an order or the clock changed: paths with other words or shares, names let go back, controls switched."""

    paths: set[str] = field(default_factory=set)
    released: list[str] = field(default_factory=list)
    switched: dict[str, Control] = field(default_factory=dict)

    def add(self, other: Moved) -> None:
        self.paths |= other.paths
        self.released += other.released
        self.switched |= other.switched


class Hand:
    """All that operators have said, in one model. Words of before this model are kept, whatever they speak of."""

    def __init__(
        self, model: Model, mentions: Mentions, overrides: Iterable[Override], board: Board, wall: float
    ) -> None:
        self.model, self.mentions = model, mentions
        self.desk = Desk({override.path: override for override in overrides}, board)
        self._looked = wall  # when the clock was looked at last
        self._ordered: set[str] = set()  # paths that began with an order since, which has asked the rules
        self._shares = {path: word.share(wall) for path, word in self.desk.overrides.items()}

    def adopt(self, model: Model, mentions: Mentions) -> None:
        """Go on under another configuration."""
        self.model, self.mentions = model, mentions

    def order(self, order: Ordered, wall: float, effects: Effects, event: object = None) -> Moved:
        """Carry out an order, whole or not at all, and reply to it, or to the `event` that it came with."""
        before, broken = self.desk, list[str]()
        try:
            after = self._carried_out(order, wall)
            names = [command.name for command in order.commands if isinstance(command, Returned)]
            broken = [*check(before, after, self.model, self.mentions, wall, names)]
            refused = "" if order.force else "\n".join(f"{one}; {FORCE}" for one in broken)
        except Refusal as error:
            refused, after = str(error), before
        after = before if refused else after
        paths = paths_changed(before, after)
        words = tuple(after.overrides[path] for path in paths if path in after.overrides)
        if broken and not refused:
            words = tuple(replace(word, forced=True) for word in words)
            for word in words:
                after = after.put(word)
        said = [] if refused else [*warnings(before, after, self.model, wall), *(f"forced: {one}" for one in broken)]
        reply = Reply(order if event is None else event, refused, words, paths, tuple(said))
        effects.replies.append(reply)
        if order.trial:
            return Moved()
        data = {
            "order": str(order),
            "why": order.reason,
            "before": {path: described(before, path, wall) for path in paths},
            "after": {path: described(after, path, wall) for path in paths},
            "forced": broken if order.force else [],
            "refused": refused,
        }
        effects.changes.append(Change(wall, ChangeKind.ORDER, str(order), order.author, data))
        if refused:
            effects.lines.append(Line.of("refused", order=str(order), author=order.author, why=refused))
            return Moved()
        after = replace(after, board=replace(after.board, taken=taken_at(before, after, wall, self.model)))
        moved = self._go(after, order.author, effects)
        self._ordered |= {word.path for word in words if word.starts <= wall}
        for command in order.commands:
            if isinstance(command, Returned) and command.ramp <= 0:
                moved.released.append(command.name)
                effects.lines.append(Line.of("failback", name=command.name, author=order.author))
        return moved

    def _carried_out(self, order: Ordered, wall: float) -> Desk:
        after = self.desk
        for command in order.commands:
            after = changed(after, command, self.model, wall)
        return after

    def tick(self, wall: float, effects: Effects) -> Moved:
        """Let time pass: what is over ends, what is due begins, and whoever a ramp has reached moves."""
        moved = Moved()
        for path, word in [*self.desk.overrides.items()]:
            if word.ends <= wall:
                moved.add(self._go(self.desk.without(path), "expiry", effects))
            elif word.standing is Standing.BACK and word.share(wall) >= 1.0:
                moved.released += [name for name, tree in self.model.trees.items() if root(tree) == path]
                moved.add(self._go(self.desk.without(path), word.author, effects))
            elif path not in self._ordered and self._looked < word.starts <= wall:
                moved.add(self._begin(path, word, wall, effects))
        shares = {path: word.share(wall) for path, word in self.desk.overrides.items()}
        moved.paths |= {path for path, share in shares.items() if self._shares.get(path, 0.0) != share}
        self._shares, self._looked, self._ordered = shares, wall, set()
        return moved

    def wake_at(self, wall: float) -> float:
        """When time alone changes something next, wall seconds."""
        words = self.desk.overrides.values()
        return min((min(word.next_step(wall), word.ends) for word in words), default=inf)

    def _begin(self, path: str, word: Override, wall: float, effects: Effects) -> Moved:
        """A plan is due: it begins, unless that is no longer allowed."""
        without = self.desk.without(path)
        refused = begins_well(self.desk, path, self.model, self.mentions, wall)
        if not refused:
            taken = taken_at(without, self.desk, wall, self.model)
            return self._go(replace(self.desk, board=replace(self.desk.board, taken=taken)), word.author, effects)
        data = {
            "order": f"begin {word.id}",
            "why": word.reason,
            "before": {path: described(self.desk, path, wall)},
            "after": {path: described(without, path, wall)},
            "forced": [],
            "refused": refused,
        }
        effects.changes.append(Change(wall, ChangeKind.ORDER, f"begin {word.id}", word.author, data))
        effects.lines.append(Line.of("refused", order=f"begin {word.id}", author=word.author, why=refused))
        return self._go(without, "safety", effects)

    def _go(self, after: Desk, author: str, effects: Effects) -> Moved:
        """Let another desk be the desk: what came and went is kept and told."""
        before, self.desk = self.desk, after
        moved = Moved()
        for path in paths_changed(before, after):
            word = after.overrides.get(path)
            if word is not None and word != before.overrides.get(path):
                moved.paths.add(path)
                effects.put.append(word)
                effects.lines.append(_line(word))
            elif word is None and path in before.overrides:
                moved.paths.add(path)
                effects.cleared.append(Cleared(path, author))
                effects.lines.append(Line.of("override", path=path, word="auto", author=author))
            if before.on(path) is not after.on(path):
                control = after.board.controls[path]
                moved.switched[path] = control
                data = {"on": control.on, "why": control.reason}
                effects.changes.append(Change(control.at, ChangeKind.CONTROL, path, control.author, data))
                state = "on" if control.on else "off"
                why = control.reason or None
                effects.lines.append(Line.of("control", name=path, state=state, author=control.author, why=why))
        if before.board != after.board:
            effects.board = after.board
        return moved


def _line(word: Override) -> Line:
    return Line.of(
        "override",
        path=word.path,
        word=word.standing.value,
        id=word.id or None,
        author=word.author,
        why=word.reason or None,
        begins=word.begins,
        until=word.expires,
        ramp=word.ramp or None,
    )


def described(desk: Desk, path: str, wall: float) -> str:
    """What stands on a path or control, in a few words: what the audit shows before and after."""
    word = desk.overrides.get(path)
    found = []
    if word is not None:
        returning = word.expires is not None and word.expires <= wall
        stage = " planned" if word.starts > wall else " returning" if returning else ""
        found.append(f"{word.standing.value} {word.id}".strip() + stage)
    if path in desk.board.controls:
        found.append("on" if desk.on(path) else "off")
    return ", ".join(found) or "auto"
