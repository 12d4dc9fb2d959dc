"""From what is said of a check to its verdict, for each kind of check: vantages that vote, a heartbeat, members.

Each function takes the verdict that stands and returns the one that follows with its margin; the very same object where
nothing that anybody reads has changed, so that a verdict is new only when a machine moved.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from math import inf

from gslb.health.balancer import Listening
from gslb.health.calculated import Member, combine, margin, reason
from gslb.health.heartbeat import Heartbeat, Pulse
from gslb.health.panel import Panel, Told
from gslb.health.quorum import UNKNOWN, Margin, decide, margin_down, margin_up
from gslb.health.verdict import Cause, Verdict
from gslb.model import Calculated, Check, Monitor

Settled = tuple[Verdict, Margin]


def settle_panel(
    standing: Verdict,
    panel: Panel,
    monitor: Monitor,
    told: Sequence[Told],
    now: float,
    wall: float,
    doubted: Collection[str] = (),
) -> Settled:
    """The quorum's verdict after `told`, in doubt of some vantages; with nobody fresh the verdict freezes."""
    aged = panel.look(now)
    votes = panel.votes(doubted)
    up = decide(monitor.quorum, votes)
    turned = up is not None and (up is not standing.up or not standing.known)
    side = standing.up if up is None else up
    news = max(
        told,
        key=lambda one: (one.observation.ok is side, one.turned, one.observation.at, one.observation.vantage),
        default=None,
    )
    if news is not None:
        cause: Cause | None = news.observation.cause
        words = news.observation.reason
    else:
        last = max(aged, key=lambda one: (one.at, one.vantage), default=None)
        cause, words = last.cause if last else standing.cause, standing.reason
    if turned and (news is None or news.observation.ok is not side):
        agreeing = panel.agreeing(up=side)
        words = agreeing.reason if agreeing else words
    if up is None and not standing.known:
        gap = UNKNOWN
    elif side:
        gap = margin_down(monitor.quorum, votes, panel.silent())
    else:
        gap = margin_up(monitor.quorum, votes)
    counts = sum(vote.up is True for vote in votes), sum(vote.up is False for vote in votes)
    return _renew(standing, up, gap, counts, words, cause, wall), gap


def settle_heartbeat(standing: Verdict, heartbeat: Heartbeat, monitor: Monitor, now: float, wall: float) -> Settled:
    """Up while the service speaks, down when it has been quiet for longer than `every` and `grace` together."""
    up = heartbeat.up(monitor, now)
    missing = heartbeat.pulse(monitor, now) is Pulse.MISSING
    at = heartbeat.at + monitor.every + monitor.grace if missing else heartbeat.at
    cause = Cause(f"push/{monitor.name}/{heartbeat.beats}", at) if up is not None else standing.cause
    words = heartbeat.reason(monitor, now) if up is not None else standing.reason
    gap = heartbeat.margin(monitor, now)
    votes = (int(up is True), int(up is False))
    return _renew(standing, up, gap, votes, words, cause, wall), gap


def settle_balancer(standing: Verdict, listening: Listening, monitor: Monitor, now: float, wall: float) -> Settled:
    """As its last report says; after a silence as the monitor says of that."""
    up = listening.up(monitor, now, known=standing.known)
    report, silent = listening.report, now >= listening.silent_at(monitor)
    named = report.name if report else monitor.balancer
    cause = Cause(f"{named}/silent", listening.silent_at(monitor)) if silent else report.cause if report else None
    side = standing.up if up is None else up
    votes = (int(side), int(not side)) if report and not silent else (0, 0)
    gap = listening.margin(monitor, now)
    words = listening.reason(monitor, now)
    settled = _renew(standing, up, gap, votes, words, cause or standing.cause, wall)
    if settled is standing and report is not None and words != standing.reason:
        settled = replace(standing, reason=words, cause=cause)  # another count of backends is worth reading
    return settled, gap


def settle_calculated(standing: Verdict, rule: Calculated, members: Sequence[Settled], wall: float) -> Settled:
    """What follows from the members; nothing follows while members not yet known could settle it either way."""
    said = [
        Member(verdict.check.monitor, verdict.up if verdict.known else None, gap, verdict.reason)
        for verdict, gap in members
    ]
    up = combine(rule, said)
    gap = UNKNOWN if up is None else margin(rule, said)
    votes = sum(member.up is True for member in said), sum(member.up is False for member in said)
    cause = max(
        (verdict.cause for verdict, _ in members if verdict.cause), key=lambda cause: (cause.at, cause.id), default=None
    )
    words = standing.reason if up is None else reason(rule, said)
    return _renew(standing, up, gap, votes, words, cause or standing.cause, wall), gap


def explained(said: Verdict, because: Check | None) -> Verdict:
    """The verdict with what explains it, or without where nothing does any more."""
    if said.because == because and said.reason.startswith(_prefix(because)):
        return said
    words = said.reason.removeprefix(_prefix(said.because)).removeprefix(_prefix(because))
    return replace(said, because=because, reason=f"{_prefix(because)}{words}")


def _prefix(because: Check | None) -> str:
    if because is None:
        return ""
    return f"{because.monitor}{f' at {because.endpoint}' if because.endpoint else ''} is down; "


def _renew(
    standing: Verdict,
    up: bool | None,
    gap: Margin,
    votes: tuple[int, int],
    words: str,
    cause: Cause | None,
    wall: float,
) -> Verdict:
    """The verdict that follows; `up` None keeps the side that stands."""
    known = standing.known or up is not None
    side = standing.up if up is None else up
    turned = up is not None and (up is not standing.up or not standing.known)
    verdict = replace(
        standing,
        up=side,
        since=wall if turned else standing.since,
        reason=words,
        horizon=gap.seconds if side and known else inf,
        suspect=side and known and gap.turning,
        votes=votes,
        known=known,
        cause=cause,
    )
    same = replace(verdict, reason=standing.reason, cause=standing.cause) == standing
    return standing if same else verdict
