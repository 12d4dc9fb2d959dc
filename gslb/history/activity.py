"""When which endpoint was answered for which name: read from counters that only grow, look by look.

totals, now and then ─► spans in which each total moved ─► the first answer after a moment, the last before another
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

QUIET = 2.0  # seconds without an answer that end a span
SPANS = 64  # that are kept of each
MOST = 20_000  # pairs that are followed

Answered = tuple[str, str]
"""A steered name, and the endpoint that was named first in its answers."""


@dataclass(slots=True)
class Activity:
    """Follows totals of answers; moments are wall-clock seconds, as exact as looks are frequent."""

    _totals: dict[Answered, int] = field(default_factory=dict)
    _spans: dict[Answered, deque[tuple[float, float]]] = field(default_factory=dict)
    _looked: bool = False

    def look(self, now: float, totals: Mapping[Answered, int]) -> None:
        """Take in all totals as they are now. What moved before the first look moved nobody knows when."""
        for key, total in totals.items():
            before = self._totals.get(key, 0 if self._looked else total)
            if total > before and (key in self._spans or len(self._spans) < MOST):
                spans = self._spans.setdefault(key, deque(maxlen=SPANS))
                if spans and now - spans[-1][1] <= QUIET:
                    spans[-1] = (spans[-1][0], now)
                else:
                    spans.append((now, now))
            self._totals[key] = total
        for gone in self._totals.keys() - totals.keys():
            del self._totals[gone]
        self._looked = True

    def first_since(self, key: Answered, moment: float) -> float | None:
        """The first answer at or after `moment`; None where there was none yet."""
        return next((max(begins, moment) for begins, ends in self._spans.get(key, ()) if ends >= moment), None)

    def last_from(self, key: Answered, moment: float) -> float | None:
        """The last answer of the span that `moment` lies in, or of the last before; None where there was none."""
        return next((ends for begins, ends in reversed(self._spans.get(key, ())) if begins <= moment), None)
