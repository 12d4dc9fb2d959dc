"""Damping: who falls again soon after a return waits with the next one, and longer each time; a fall never waits.

Theory. A verdict that flaps moves clients to and fro, and each move costs more than waiting does. Falls must be
followed at once, so all that can be rationed is returns. As in BGP route flap damping (RFC 2439), an endpoint that
keeps falling is held back although it is up; but instead of a penalty that decays, the falls themselves are counted, so
that what is promised can be said in one sentence:

    a fall less than `within` after the last return   counts one more in a row; a later one begins anew with one
    a return, from the fall numbered `falls` on       waits until `hold` has passed since the last fall,
                                                      twice as long for each further fall in a row, `most` at most
    a fall while held back                            begins the wait anew

Where `hold` is not less than `within`, no span of `within` has more than two changes from the fall numbered `falls` on
until the endpoint has been up for `within`: of three changes two are a fall and the return that follows it, and these
stand `hold` apart. The returns before that fall are free: one that falls once notices nothing. With `falls: 1` no
return is free, and the bound holds always. There is no way to have both, as a fall may follow a free return at once.

All times are monotonic seconds of the judge, so that no clock that is set holds anything back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from gslb.health.verdict import Cause, Verdict
from gslb.model import Damping

LONGEST = 32  # doublings; more than any `most` needs


@dataclass(frozen=True, slots=True)
class Unrest:
    """Falls in a row, and when it fell and rose last; held back or not, these are what those who watch say."""

    falls: int = 0
    fell: float = -inf
    rose: float = -inf

    def turned(self, damping: Damping, now: float, *, up: bool) -> Unrest:
        """After it has turned, at `now`."""
        if up:
            return replace(self, rose=now)
        free = self.free_at(damping)
        if self.falls and now < free:
            return replace(self, fell=now)
        calm = now >= max(self.rose, free) + damping.within
        return Unrest(1 if calm or not self.falls else self.falls + 1, now, self.rose)

    def wait(self, damping: Damping) -> float:
        """Seconds that a return waits, since the last fall."""
        if damping.falls == 0 or self.falls < damping.falls:
            return 0.0
        return min(damping.hold * 2.0 ** min(self.falls - damping.falls, LONGEST), damping.most)

    def free_at(self, damping: Damping) -> float:
        """When a return no longer waits."""
        return self.fell + self.wait(damping)


CALM = Unrest()


def restless(damping: Damping, now: float) -> Unrest:
    """Of one that is known to be held back, when nothing else is: it waits anew."""
    return Unrest(damping.falls, now, now)


def damped(said: Verdict, shown: Verdict, unrest: Unrest, damping: Damping, now: float, wall: float) -> Verdict:
    """The verdict that counts, where those who watch say `said` and `shown` was the last that counted."""
    free = unrest.free_at(damping)
    if said.known and said.up and now < free:
        wait = unrest.wait(damping)
        words = f"{said.reason}; held back for {wait:g} s since its last fall: fell {unrest.falls} times"
        horizon, suspect = inf, False
        held = replace(said, up=False, held=True, since=shown.since, reason=words, horizon=horizon, suspect=suspect)
        return shown if replace(held, reason=shown.reason, cause=shown.cause) == shown else held
    if shown.held:
        if said.up:
            return replace(said, since=wall, cause=Cause("damping", free))
        return replace(said, since=shown.since)
    return said
