"""Replies to one query that differ by where the client is: all but the octets of its address are made only once.

subnet ─► number of its class and scope ─► [bucket ─►] reply up to the scope, its tally
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from gslb.engine.answer import Asked, assemble, scope_of
from gslb.engine.chooser import chooser
from gslb.engine.steps import NO_PAGES, Steps
from gslb.engine.tallies import Tallies
from gslb.image import FlatBody, FlatBucket, FlatDraw, Plan

Begun = tuple[bytes, Hashable]
EVERYWHERE = (0, 0)


def _nowhere(_: int) -> int:
    return 0


class Split:
    """A choice for each bucket of clients."""

    __slots__ = ("parts", "table")

    def __init__(self, table: memoryview[int], parts: list[Iterator[Begun] | None]) -> None:
        self.table = table
        self.parts = parts


Choice = Iterator[Begun] | Split | None  # None: not for us to say


class Near:
    """A query that ends with a client subnet of /24 or /56, all but its address.

    `find` gives the number of a network's class and scope; so do the `pages` that are there, sooner. `choices` are what
    is answered by that number, `bits` the subnet's length. `room` is asked before so many octets are kept.
    """

    __slots__ = ("_asked", "_draws", "_room", "_steps", "_tallies", "bits", "choices", "find", "pages")

    def __init__(
        self, asked: Asked, steps: Steps | None, draws: Iterator[int], tallies: Tallies, room: Callable[[int], bool]
    ) -> None:
        subnet = asked[7]
        assert subnet is not None  # noqa: S101 - a query without one is not kept here
        self.bits = subnet.bits
        self._asked = asked
        self._steps = steps
        self.find = _nowhere if steps is None else steps.v4 if subnet.family == 4 else steps.v6
        self.pages = steps.pages if steps is not None and subnet.family == 4 else NO_PAGES
        self._draws = draws
        self._tallies = tallies
        self._room = room
        self.choices: dict[int, Choice] = {}  # as far as they were asked for

    def choose(self, number: int) -> Choice:
        """The reply up to its scope, and its tally, for clients of this class and scope: kept, if there is room."""
        class_, width = EVERYWHERE if self._steps is None else self._steps.pairs[number]
        what = self._asked[0]
        node = what.part(class_) if isinstance(what, Plan) else what
        choice: Choice
        if isinstance(node, FlatBucket):
            choice = Split(node.table, [self._among(part, width) for part in node.parts])
        else:
            choice = self._among(node, width)
        if self._room(0):
            self.choices[number] = choice
        return choice

    def _among(self, node: FlatBody | FlatDraw, width: int) -> Iterator[Begun] | None:
        draw = node if isinstance(node, FlatDraw) else None
        begun = [self._begin(body, width) for body in (draw.bodies if draw else (node,))]  # type: ignore[arg-type]
        whole = [one for one in begun if one is not None]
        return chooser(whole, draw, self._draws) if len(whole) == len(begun) else None

    def _begin(self, body: FlatBody, width: int) -> Begun | None:
        what, counts, counter, question, mix, limit, opt, subnet = self._asked
        rest = assemble(body, question, mix, limit, opt)
        scope = 0
        if isinstance(what, Plan) and subnet is not None:
            counter += body.ordinal
            scope = scope_of(what, subnet, width, body)
        if rest is None or subnet is None or counter >= len(counts):
            return None
        begun = rest[: -1 - len(subnet.address)] + bytes((scope,))
        self._room(len(begun))
        return begun, self._tallies.add(rest, counts, counter)
