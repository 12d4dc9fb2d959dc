"""The decision log: sampled queries with what they were answered, and why, as lines of JSON on disk.

samples ─► the view that was in force ─► decide ─► a line ─► state/decisions/*.jsonl
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from gslb.app.folders import Folders
from gslb.app.line_ring import LineRing
from gslb.control import Journal
from gslb.image import Sample, SampleKind
from gslb.nameserver import Client, Decision, View, decide

A_LOOK = 25  # queries that are written down of each look: working one out takes about a millisecond
SETTLING = 0.25  # seconds from the beginning of a publication in which a worker may answer from the one before
RECENT = 16  # generations that are kept at hand


@dataclass(slots=True)
class Recent:
    """The generations of late, each with when it was published (monotonic seconds)."""

    _views: deque[tuple[float, View]] = field(default_factory=lambda: deque(maxlen=RECENT))

    def see(self, view: View, published: float) -> None:
        """The newest view."""
        if not self._views or _generation(self._views[-1][1]) != _generation(view):
            self._views.append((published, view))

    def at(self, moment: float) -> tuple[View, bool] | None:
        """What was answered from then, and whether that is sure: not just after a publication, nor if one was missed.

        None for what was answered before the first that was seen.
        """
        newest = len(self._views) - 1
        for index in range(newest, -1, -1):
            published, view = self._views[index]
            if published <= moment:
                follower = self._views[index + 1][1] if index < newest else None
                alone = follower is None or _follows(view, follower)
                return view, alone and moment - published > SETTLING
        return None


def _generation(view: View) -> tuple[int, int]:
    return view.belief.epoch, view.belief.generation


def _follows(view: View, follower: View) -> bool:
    return _generation(follower) == (view.belief.epoch, view.belief.generation + 1)


class Decisions:
    """Writes the log, as much of it as the configuration of the newest view wants."""

    def __init__(self, folders: Folders, journal: Journal) -> None:
        self.recent = Recent()
        self._ring = LineRing(folders.decisions, 0)
        self._journal = journal

    def take(self, samples: Iterable[Sample], view: View, published: float, now: float, wall: float) -> None:
        """Write down some of the samples that chance brought; `published` and `now` are monotonic, `wall` is of now."""
        self.recent.see(view, published)
        self._ring.room = view.world.model.log.decisions
        if not self._ring.room:
            return
        drawn = [sample for sample in samples if sample.kind is SampleKind.CHANCE]
        some = drawn[:: max(1, -(-len(drawn) // A_LOOK))]
        lines = [line for one in some if (line := self._line(one, wall - (now - one.at / 1e9), len(drawn) / len(some)))]
        try:
            self._ring.append(lines)
        except OSError as error:
            self._journal.error("decisions_lost", lines=len(lines), error=str(error))

    def _line(self, sample: Sample, wall: float, each: float) -> str | None:
        found = self.recent.at(sample.at / 1e9)
        if found is None:
            return None
        view, sure = found
        client = Client(ip_address(sample.sender))
        decision = decide(sample.packet, client, view)
        if decision is None:
            return None
        return json.dumps(told(decision, view, wall, sample.weight * each, sure=sure))


def told(decision: Decision, view: View, wall: float, weight: float, *, sure: bool) -> Mapping[str, Any]:
    """One line as data. `certain`: `answer` is what was answered; else it was one of `ways`, by their shares."""
    place = decision.location
    return {
        "at": datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "name": decision.name,
        "type": decision.rdtype,
        "client": str(decision.client),
        "country": place.country,
        "asn": place.asn,
        "generation": f"{view.belief.epoch}/{view.belief.generation}",
        "certain": sure and len(decision.ways) == 1,
        "answer": None if decision.answer is None or not sure else list(decision.answer),
        "ttl": decision.ttl if sure else None,
        "ways": [
            {
                "share": round(way.share, 6),
                "path": list(way.path),
                "endpoints": list(way.endpoints),
                "opened": way.opened,
            }
            for way in decision.ways
        ],
        "stands_for": round(weight, 1),
    }
