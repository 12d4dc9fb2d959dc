"""What selection algorithms see of a member, and what they are to everybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar


class Member(Protocol):
    """Whoever may be chosen. Algorithms read it each time they choose, and never change it."""

    @property
    def name(self) -> str:
        """Told apart by it; what hashing places it by."""

    @property
    def weight(self) -> int:
        """Its share beside others, 0 upwards; 0: only when there is nobody else."""

    @property
    def active(self) -> int:
        """Requests (or connections) under way to it."""

    @property
    def latency(self) -> float:
        """Seconds that it takes to answer (`Peak.at`); 0: nobody has seen it answer yet."""


M = TypeVar("M", bound=Member)
M_co = TypeVar("M_co", bound=Member, covariant=True)

Draw = Callable[[int], int]
"""A number from 0 up to, not including, the one given, each as likely: chance as an argument."""


class Selector(Protocol[M_co]):
    """An algorithm over its members."""

    def order(self, key: bytes = b"") -> Iterator[M_co]:
        """Every member once, the one to try first in front. `key` is what hashing looks at; others do not.

        Taking the first counts as choosing it; whoever is taken after that is a retry, and changes nobody's turn.
        """
