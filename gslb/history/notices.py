"""What a person should know of, from the chronicle: each thing once, flaps folded into one, and its end told too.

changes ─► grouped by what they are about ─► settled for a moment ─► Notice ─► (its end) Notice, resolved
                                                                      └─ again within FOLD: counted, told as one
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from gslb.control import Change, ChangeKind, Recorded, Standing, override_of, verdict_of
from gslb.health import Override, Verdict
from gslb.history.matters import TEXTS, Matter, Notice, clock, span
from gslb.history.moved import Concerns
from gslb.model import Model, Occasion

SETTLE = 5.0  # seconds in which what happens together becomes one notice
UPDATE = 60.0  # seconds after a notice in which what joins it waits to be told
FOLD = 600.0  # seconds after a notice in which the same thing again is counted, not told
AHEAD = 900.0  # seconds before its end that a word is told of, or a quarter of its time where that is less
LISTED = 100  # names and checks at most in the data of a notice
BAD = frozenset({Standing.LAST_RESORT.value, Standing.NOTHING.value})
NOTICED = (
    ChangeKind.VERDICT,
    ChangeKind.EVIDENCE,
    ChangeKind.STANDING,
    ChangeKind.LATCH,
    ChangeKind.SILENT,
    ChangeKind.OVERRIDE,
    ChangeKind.PUBLISHED,
)


class Notices:
    """Follows the chronicle; what is to be told comes out of `step`. All of its state is plain data."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.matters: dict[str, Matter] = {}
        self.warned: dict[str, float] = {}  # words whose end was told of, by path, and that end
        self.words: dict[str, Override] = {}
        self._concerns: Concerns | None = None
        self.doubted: dict[str, float] = {}  # checks, and since when something speaks against them

    def kept(self) -> dict[str, Any]:
        """All that a restart needs, as plain data."""
        matters = {key: asdict(matter) for key, matter in self.matters.items()}
        words = {path: asdict(word) | {"standing": word.standing.value} for path, word in self.words.items()}
        return {"number": self.number, "matters": matters, "warned": dict(self.warned), "words": words}

    @staticmethod
    def of(kept: Mapping[str, Any]) -> Notices:
        """What was kept. Whatever is not as it should be: KeyError, TypeError, ValueError."""
        found = Notices(kept["number"])
        found.matters = {
            key: Matter(**matter | {"votes": tuple(matter["votes"])}) for key, matter in kept["matters"].items()
        }
        found.warned = dict(kept["warned"])
        found.words = {path: override_of(word) for path, word in kept["words"].items()}
        return found

    def follow(self, changes: Sequence[Recorded], model: Model) -> None:
        """What came since, in its order."""
        for one in changes:
            self.number = one.number
            change = one.change
            match change.kind:
                case ChangeKind.EVIDENCE if change.data is not None:
                    self._doubt(one, verdict_of(change.data))
                case ChangeKind.VERDICT:
                    self._judge(one, verdict_of(change.data) if change.data is not None else None, model)
                case ChangeKind.STANDING:
                    bad = change.data is not None and change.data["standing"] in BAD
                    reason = ", ".join((change.data or {}).get("opened", ())) or "nothing"
                    self._turn(one, Occasion.ALL_DOWN, "names", change.subject, reason, bad=bad)
                case ChangeKind.LATCH if self._concerning(model).latched_name(change.subject) is not None:
                    self._latch(one, (change.data or {}).get("child"))
                case ChangeKind.SILENT:
                    said = change.data or {}
                    reason = f"{said.get('state', '')}: {said.get('reason', '')}"
                    self._turn(one, Occasion.VANTAGE_SILENT, change.subject, change.subject, reason, bad=bool(said))
                case ChangeKind.OVERRIDE:
                    self._say(change)
                case ChangeKind.PUBLISHED:
                    for matter in self.matters.values():
                        if matter.published is None or matter.published < matter.latest:
                            matter.published = change.at

    def _concerning(self, model: Model) -> Concerns:
        """What was worked out of this very model."""
        if self._concerns is None or self._concerns.model is not model:
            self._concerns = Concerns(model)
        return self._concerns

    def _judge(self, one: Recorded, verdict: Verdict | None, model: Model) -> None:
        check = one.change.subject
        if verdict is None or verdict.up or not verdict.known or not verdict.check.endpoint or verdict.held:
            bad = False
        else:
            bad = verdict.because is None
        known = next((each for each in self.matters.values() if check in each.members), None)
        if verdict is None or not bad:
            if known is not None:
                self._turn(one, Occasion.FAILOVER, known.subject, check, "", bad=False)
            return
        subject = _place(verdict, model)
        matter = self._turn(one, Occasion.FAILOVER, subject, check, verdict.reason, bad=True)
        if len(matter.members) == 1:
            monitor = model.monitors.get(verdict.check.monitor)
            matter.votes = (0, 0) if monitor is not None and not monitor.kind.probed else verdict.votes
            matter.seen = self.doubted.get(check, one.change.at)

    def _latch(self, one: Recorded, child: str | None) -> None:
        """A failover stays on a child, or (None) is back: names that stay on one are one matter."""
        key = one.change.subject
        for matter in [*self.matters.values()]:
            if key in matter.members and matter.occasion == Occasion.LATCHED.value and matter.subject != child:
                self._turn(one, Occasion.LATCHED, matter.subject, key, "", bad=False)
        if child is not None:
            self._turn(one, Occasion.LATCHED, child, key, child, bad=True)

    def _doubt(self, one: Recorded, verdict: Verdict) -> None:
        """Since when something speaks against what is up."""
        if verdict.up and (verdict.suspect or verdict.votes[1]):
            self.doubted.setdefault(one.change.subject, one.change.at)
        elif verdict.up:
            self.doubted.pop(one.change.subject, None)

    def _turn(self, one: Recorded, occasion: Occasion, subject: str, member: str, reason: str, *, bad: bool) -> Matter:
        """One member of a matter turned bad, or good again."""
        key = f"{occasion.value} {subject}"
        at = one.change.at
        matter = self.matters.get(key)
        if matter is None:
            matter = Matter(occasion.value, subject, at, at, one.number, reason, seen=at)
            if bad:
                self.matters[key] = matter
        if bad and member not in matter.members:
            if not matter.members:  # it begins, or begins again
                matter.since, matter.number, matter.reason, matter.seen = at, one.number, reason, at
                matter.ever = {}
                if matter.told is not None and at < matter.told + FOLD:
                    matter.again += 1
            matter.members[member] = matter.ever[member] = at
            matter.latest, matter.due = at, True
        elif not bad and member in matter.members:
            del matter.members[member]
            if not matter.members:
                matter.latest, matter.due = at, True
        return matter

    def _say(self, change: Change) -> None:
        self.words.pop(change.subject, None)
        if change.data is not None:
            self.words[change.subject] = override_of(change.data)

    def meet(self, latest: Iterable[Recorded]) -> None:
        """Know the words in force, `latest` being the last change of each state."""
        for one in latest:
            if one.change.kind is ChangeKind.OVERRIDE:
                self._say(one.change)

    def step(self, wall: float, model: Model) -> list[Notice]:
        """What is to be told at this time."""
        found = [*self._expiring(wall)]
        for key, matter in [*self.matters.items()]:
            if matter.due and wall >= (matter.since if matter.members else matter.latest) + SETTLE:
                found += self._told(matter, wall, model)
            if not matter.members and not matter.due and (matter.told is None or wall >= matter.told + FOLD):
                del self.matters[key]
        return found

    def _told(self, matter: Matter, wall: float, model: Model) -> Iterator[Notice]:
        """The notice that is due about a matter, if its time has come: what is folded or joins later waits."""
        bad, told = bool(matter.members), matter.told
        if told is not None and (
            (matter.again and wall < told + FOLD) or (bad and matter.open and not matter.again and wall < told + UPDATE)
        ):
            return
        more = bad and (not matter.open or len(matter.ever) > matter.listed)
        if matter.again or more or (matter.open and not bad):
            yield self._notice(matter, model, resolved=not bad)
            matter.told = wall if bad or matter.again else told
        matter.due, matter.again, matter.open, matter.listed = False, 0, bad, len(matter.ever)

    def _notice(self, matter: Matter, model: Model, *, resolved: bool) -> Notice:
        occasion = Occasion(matter.occasion)
        concerned = self._concerning(model).about(occasion, matter.ever)
        text = TEXTS[occasion](matter, concerned, resolved, model)
        if matter.again:
            text = f"{text}; fell {matter.again} more {'time' if matter.again == 1 else 'times'} since it was told"
        for label, each in (("runbook", concerned.runbooks), ("owner", concerned.owners)):
            text += f"; {label} {', '.join(each)}" if each else ""
        data = {
            "since": matter.since,
            "names": list(concerned.names[:LISTED]),
            "names_count": len(concerned.names),
            "reason": matter.reason,
            "owners": list(concerned.owners),
            "runbooks": list(concerned.runbooks),
            "again": matter.again,
        }
        if occasion is Occasion.FAILOVER:
            data |= {"checks": list(matter.ever)[:LISTED], "votes": list(matter.votes), "published": matter.published}
        return Notice(occasion, matter.subject, matter.latest, text, resolved, matter.number, data)

    def _expiring(self, wall: float) -> Iterator[Notice]:
        for path, word in self.words.items():
            if word.expires is None or wall >= word.expires or self.warned.get(path) == word.expires:
                continue
            if wall >= word.expires - min(AHEAD, (word.expires - max(word.at, word.starts)) / 4):
                self.warned[path] = word.expires
                left = f"in {span(word.expires - wall)}"
                why = ", ".join(part for part in (word.reason, word.author) if part)
                text = f"{word.standing.value} on {path} ends {clock(word.expires)}, {left} ({why})"
                data = {"until": word.expires, "word": word.standing.value, "why": word.reason, "author": word.author}
                yield Notice(Occasion.OVERRIDE_EXPIRING, path, wall, text, data=data)
        for path in self.warned.keys() - self.words.keys():
            del self.warned[path]


def _place(verdict: Verdict, model: Model) -> str:
    """What went down, as a person calls it: the endpoint's region, or itself where it stands in none."""
    endpoint = verdict.check.endpoint
    pool = model.pools.get(endpoint.partition("/")[0])
    region = next((each.region for each in pool.endpoints if each.path == endpoint), None) if pool else None
    return region or endpoint
