"""The search tree of a MaxMind database file, walked once from end to end.

A look-up walks it bit by bit. One walk of all nodes gives every range, ten times as quick as iterating over the reader,
which makes a network object of each. Format: MaxMind DB file format 2.0, "Binary Search Tree Section". Records are only
numbers here; what they stand for the reader knows.
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from maxminddb.reader import Metadata

_HIGH_HALF = bytes(value >> 4 for value in range(256))
_LOW_HALF = bytes(value & 15 for value in range(256))
_MOST_LEAVES = 8  # for each node: a tree has one more leaf than nodes, a file may share some parts


@dataclass(frozen=True, slots=True)
class SearchTree:
    """`records` has two for each node: where a 0 bit and a 1 bit lead. From `count` (empty) on they are leaves."""

    records: array[int]
    count: int
    version: int  # 4, or 6 with IPv4 below ::/96

    EMPTY: ClassVar[int] = -1

    @classmethod
    def read(cls, data: bytes, metadata: Metadata) -> SearchTree:
        """From a whole file and its metadata; ValueError where it is too short or has records of an unknown size."""
        count, size = metadata.node_count, metadata.record_size
        tree = data[: count * size // 4]
        if size not in (24, 28, 32):
            raise ValueError(f"records of {size} bits")
        if len(tree) < count * size // 4:
            raise ValueError("it is cut short")
        wide = bytearray(8 * count)  # every record as four bytes, big-endian
        if size == 32:
            wide[:] = tree
        elif size == 24:
            for octet in range(3):
                wide[octet + 1 :: 4] = tree[octet::3]
        else:
            middle = tree[3::7]
            wide[0::8], wide[4::8] = middle.translate(_HIGH_HALF), middle.translate(_LOW_HALF)
            for octet in range(3):
                wide[octet + 1 :: 8], wide[octet + 5 :: 8] = tree[octet::7], tree[octet + 4 :: 7]
        records = array("I", bytes(wide))
        if sys.byteorder == "little":
            records.byteswap()
        return cls(records, count, metadata.ip_version)

    def v4(self) -> tuple[list[int], list[int]] | None:
        """Starts (whole addresses) and records of the IPv4 ranges; None where the file has no IPv4 part."""
        root = 0 if self.version == 4 else self._v4_root()
        if root >= self.count:
            return None
        return self._walk(root, 32)

    def v6(self) -> tuple[list[int], list[int]] | None:
        """Starts (upper 64 bits) and records of the IPv6 ranges; None for a file of IPv4 only.

        IPv4 below ::/96, and the places where a file repeats it (6to4, Teredo), are no IPv6 of their own: empty.
        """
        if self.version == 4:
            return None
        v4_root = self._v4_root()
        return self._walk(0, 64, v4_root if v4_root < self.count else -1)

    def _v4_root(self) -> int:
        node = 0
        for _ in range(96):
            if node >= self.count:
                break
            node = self.records[2 * node]
        return node

    def _walk(self, root: int, bits: int, v4_root: int = -1) -> tuple[list[int], list[int]]:
        records, count = self.records, self.count
        starts: list[int] = []
        found: list[int] = []
        last = None
        waiting = [(root, 0, 1 << bits)]
        for _ in range(_MOST_LEAVES * (count + 1)):
            if not waiting:
                return starts, found
            node, start, size = waiting.pop()
            while node < count and node != v4_root and size > 1:
                size >>= 1
                waiting.append((records[2 * node + 1], start + size, size))
                node = records[2 * node]
            if node < count:
                node = self._first_leaf(node, v4_root) if bits == 64 else self._refuse()
            leaf = self.EMPTY if node <= count else node
            if leaf != last:
                starts.append(start)
                found.append(leaf)
                last = leaf
        return self._refuse()

    def _first_leaf(self, node: int, v4_root: int) -> int:
        """Where only 0 bits lead from a node 64 bits deep or from IPv4's root."""
        for _ in range(65):
            if node == v4_root:
                return self.count
            if node >= self.count:
                return node
            node = self.records[2 * node]
        return self._refuse()

    def _refuse(self) -> NoReturn:
        raise ValueError("its search tree does not end")
