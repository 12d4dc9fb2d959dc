"""All names of a zone: nodes one by one, and plain names packed, which become nodes when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import merge

from gslb.zone.packed import Packed
from gslb.zone.rrset import Key, Node, canonical


class Names(Mapping[Key, Node]):
    """Folded names to nodes, in canonical order; no name is among both `nodes` and `packed`.

    Looking one up costs the same at any size; going through all of them makes every node once.
    """

    __slots__ = ("nodes", "packed")

    def __init__(self, nodes: dict[Key, Node], packed: Packed) -> None:
        self.nodes = nodes  # in canonical order
        self.packed = packed

    def __getitem__(self, key: Key) -> Node:
        node = self.get(key)
        if node is None:
            raise KeyError(key)
        return node

    def get(self, key: Key, default: Node | None = None) -> Node | None:  # type: ignore[override]  # no other default is used
        """The node of a folded name."""
        return self.nodes.get(key) or self.packed.get(key) or default

    def __contains__(self, key: object) -> bool:
        return key in self.nodes or (isinstance(key, tuple) and self.packed.find(key) >= 0)

    def __iter__(self) -> Iterator[Key]:
        return merge(self.nodes, sorted(self.packed.keys(), key=canonical), key=canonical)

    def __len__(self) -> int:
        return len(self.nodes) + len(self.packed)
