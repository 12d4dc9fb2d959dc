"""How the shares of one load node move: towards what each child can carry, no faster than caches follow.

Theory. What a child carries now comes from answers given up to a TTL ago. So its reach is worked out from the share
that clients still go by, `felt`, which follows what is answered at the pace of caches, and not from what is answered
now: a share that was cut half a minute ago is not cut again because its load has not come down yet.

    reports ─► used ─┐
    answered ─► felt ┴► reach = felt / used ─► allot ─► wanted, gradually ─► answered, in noticeable steps

A share that went one way turns at most once a window, whatever is reported. Between the water marks nothing moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, inf

from gslb.policy import Part, allot

SMOOTH = 10.0  # seconds over which what is used is averaged
STEP = 0.03  # of a child's share: less is not worth a publication, and no turn
FORGET = 2.0  # windows in which a child that is no longer heard of goes most of the way back to its plain share
FAINT = 0.1  # of its plain share: a child that fewer clients go by tells nothing of its reach
IDLE = 1e-3  # what of a capacity is used at least, so that a reach is finite
MOST = 10.0  # a child is never taken to be used more often than so many times


@dataclass(frozen=True, slots=True)
class Pace:
    """`lag`: seconds in which caches forget an answer; `window` as in `Load`; the water marks."""

    lag: float
    window: float
    high: float
    low: float


@dataclass(frozen=True, slots=True)
class Course:
    """One child: the share it is on its way to, the one that clients go by, what it uses of its capacity (if known).

    `way`: whether its share rose (1) or fell (-1) last, up to `extreme`; `turned`: when it began to.
    """

    wanted: float
    felt: float
    used: float | None = None
    way: int = 0
    extreme: float = 0.0
    turned: float = -inf

    def turn(self, share: float, plain: float, window: float, now: float) -> Course | None:
        """The course with that share answered; None where it would turn too soon."""
        away, least = share - self.extreme, STEP * min(plain, self.extreme)
        if away * self.way > 0:
            return replace(self, extreme=share)
        if abs(away) < least:
            return self
        if self.way and now < self.turned + window:
            return None
        return replace(self, way=1 if away > 0 else -1, extreme=share, turned=now)


def begin(share: float, *, fresh: bool) -> Course:
    """A child as it is met: with clients that go by its share, or (fresh) not yet any."""
    return Course(share, 0.0 if fresh else share, extreme=share)


def steer(
    courses: Mapping[str, Course],
    answered: Mapping[str, float],
    plain: Mapping[str, float],
    loads: Mapping[str, float],
    seconds: float,
    now: float,
    pace: Pace,
) -> tuple[dict[str, Course], dict[str, float] | None]:
    """The courses `seconds` after they were last looked at, and the shares to answer from now on (None: as before).

    All by child, of those that live: `answered` and `plain` are shares that add up to 1, `loads` what is reported of
    capacities, as far as anything is.
    """
    seen = {key: _seen(courses[key], answered[key], loads.get(key), seconds, pace) for key in plain}
    parts = [Part(share, seen[key].wanted, _reach(seen[key], share)) for key, share in plain.items()]
    goals = dict(zip(plain, allot(parts, pace.high, pace.low), strict=True))
    wanted = {}
    for key, goal in goals.items():
        time = pace.lag / 2 if seen[key].used is not None else FORGET * pace.window
        wanted[key] = seen[key].wanted + (goal - seen[key].wanted) * (1 - exp(-seconds / time))
    whole = sum(wanted.values())
    wanted = {key: share / whole for key, share in wanted.items()}
    found = {key: replace(course, wanted=wanted[key]) for key, course in seen.items()}
    if all(abs(goals[key] - share) < 1e-6 and abs(wanted[key] - share) < STEP * share for key, share in plain.items()):
        wanted = dict(plain)
    least = {key: STEP * min(share, answered[key]) for key, share in plain.items()}
    home = wanted == plain and any(abs(answered[key] - share) > 1e-9 for key, share in plain.items())
    if not home and not any(abs(wanted[key] - answered[key]) >= least[key] for key in plain):
        return found, None
    turned = {key: course.turn(wanted[key], plain[key], pace.window, now) for key, course in found.items()}
    if any(course is None for course in turned.values()):
        return found, None
    return {key: course for key, course in turned.items() if course is not None}, wanted


def _seen(course: Course, answered: float, load: float | None, seconds: float, pace: Pace) -> Course:
    """After some time under this share, with what is reported now."""
    felt = course.felt + (answered - course.felt) * (1 - exp(-seconds / pace.lag))
    if load is None:
        return replace(course, felt=felt, used=None)
    now = min(load, MOST)
    used = now if course.used is None else course.used + (now - course.used) * (1 - exp(-seconds / SMOOTH))
    return replace(course, felt=felt, used=used)


def _reach(course: Course, plain: float) -> float | None:
    if course.used is None or course.felt < FAINT * plain:
        return None
    return course.felt / max(course.used, IDLE)
