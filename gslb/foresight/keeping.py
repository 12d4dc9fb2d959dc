"""Which safety rules words on some paths would keep, and which they would break: what `keep N of` comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gslb.health import Override, Standing
from gslb.model import Model, SafetyRule, paths_of
from gslb.policy import word_on

TAKING = (Standing.DRAIN, Standing.OFF)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule comes to: of its paths those that would be `left`. One that was broken before is not broken again."""

    rule: SafetyRule
    left: tuple[str, ...]
    broken: bool

    def __str__(self) -> str:
        """`keep 2 of 3: ok`."""
        head = f"keep {self.rule.keep} of {len(self.rule.of)}"
        why = f" ({self.rule.why})" if self.rule.why else ""
        return f"{head}: only {', '.join(self.left) or 'nothing'} would be left{why}" if self.broken else f"{head}: ok"


def rulings(
    before: Mapping[str, Override], after: Mapping[str, Override], model: Model, wall: float
) -> Iterator[Ruling]:
    """What each rule to keep paths says of going from some words to others, of those that these touch."""
    for rule in model.safety.rules:
        had, left = (
            tuple(path for path in rule.of if not _gone(path, words, model, wall)) for words in (before, after)
        )
        if rule.keep and had != left:
            yield Ruling(rule, left, len(left) < rule.keep)


def _gone(path: str, words: Mapping[str, Override], model: Model, wall: float) -> bool:
    """Whether words take away all endpoints that a path stands for."""
    endpoints = [one for pool in model.pools.values() for one in pool.endpoints if path in paths_of(one)]
    said = [word_on(endpoint, words, wall) for endpoint in endpoints]
    return bool(said) and all(word is not None and word.standing in TAKING for word in said)
