"""How reasons say durations and states."""

from __future__ import annotations

from gslb.policy.state import State

UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def span(seconds: float) -> str:
    """A duration in its two largest units: "3d 4h", "2m 5s", "0s"."""
    rest, words = max(0, int(seconds)), list[str]()
    for size, unit in UNITS:
        if rest >= size and len(words) < 2:
            words.append(f"{rest // size}{unit}")
            rest %= size
        elif words:
            break
    return " ".join(words) or "0s"


def described(state: State, wall: float) -> str:
    """A leaf's state in words: "UP since 3d 4h  ready 200 OK in 41 ms, 3/3 vantages"."""
    word = state.word
    said = f"  {word.standing.value} by {word.author}: {word.reason}" if word else ""
    if not state.verdicts:
        return ("NO VERDICT YET" if state.up is None else "UP" if word else "UP  no monitor") + said
    verdict = next((verdict for verdict in state.verdicts if not verdict.up), state.verdicts[0])
    turn = "UP" if verdict.up else "HELD" if verdict.held else "DOWN"
    up, down = verdict.votes
    votes = f", {up if verdict.up or verdict.held else down}/{up + down} vantages" if up + down else ""
    waiting = "  NO VERDICT YET of another monitor" if state.up is None else ""
    return f"{turn} since {span(wall - verdict.since)}  {verdict.check.monitor} {verdict.reason}{votes}{waiting}{said}"
