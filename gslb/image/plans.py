"""Plans as flat blobs: a selector over bodies with its scoping, written once, executed where it lies.

encode_plan(selector, scoping) ──► bytes ──► Plan.part(class) ──► FlatBucket ──► FlatDraw ──► FlatBody
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from struct import pack

from gslb.image import layout
from gslb.image.body import Body, Scoping
from gslb.image.flat import FlatBody
from gslb.image.selectors import BUCKETS, Bucket, ByClass, Constant, Draw, Selector


def encode_plan(selector: Selector[Body], scoping: Scoping = Scoping()) -> bytes:  # noqa: B008 - frozen
    """The blob of a plan; equal plans give equal blobs. Raises ValueError for a selector that could pick nothing."""
    return _Draft().finish(selector, scoping)


class _Draft:
    """A blob as it grows: each node and body once, children before parents. Objects met again are not looked into."""

    def __init__(self) -> None:
        self._out = bytearray(layout.PLAN_HEADER.size)
        self._at: dict[bytes, int] = {}
        self._seen: dict[int, int] = {}  # by id: all of them live as long as the selector

    def finish(self, selector: Selector[Body], scoping: Scoping) -> bytes:
        root = self._node(selector)
        flags = (
            scoping.by_class * layout.BY_CLASS
            | scoping.by_prefix * layout.BY_PREFIX
            | scoping.locate_resolver * layout.LOCATE_RESOLVER
        )
        layout.PLAN_HEADER.pack_into(self._out, 0, len(self._out), flags, root, 0)
        return bytes(self._out)

    def _put(self, content: bytes) -> int:
        at = self._at.get(content)
        if at is None:
            at = self._at[content] = len(self._out)
            self._out += content.ljust(layout.padded(len(content), 8), b"\0")
        return at

    def _body(self, body: Body) -> int:
        at = self._seen.get(id(body))
        if at is None:
            at = self._seen[id(body)] = self._put(layout.pack_body(body))
        return at

    def _node(self, selector: Selector[Body]) -> int:
        at = self._seen.get(id(selector))
        if at is None:
            at = self._seen[id(selector)] = self._put(self._packed(selector))
        return at

    def _packed(self, selector: Selector[Body]) -> bytes:
        match selector:
            case Constant(body):
                return layout.NODE.pack(layout.NODE_CONSTANT, self._body(body))
            case Draw(parts):
                cumulative = list(accumulate(weight for weight, _ in parts))
                if min((weight for weight, _ in parts), default=-1) < 0 or not 0 < cumulative[-1] < 1 << 63:
                    raise ValueError(f"a draw among weights {[weight for weight, _ in parts]} picks nothing")
                bodies = [self._body(part.outcome) for _, part in parts]
                content = pack(f"<{len(parts)}Q{len(parts)}I", *cumulative, *bodies)
                return layout.NODE.pack(layout.NODE_DRAW, len(parts)) + content
            case Bucket(table, parts):
                if len(table) != 2 * BUCKETS or not _within(table, len(parts)):
                    raise ValueError(
                        f"{len(table) // 2} buckets over {len(parts)} parts:"
                        f" a table has {BUCKETS}, all within the parts"
                    )
                numbers = [self._put(table), *map(self._node, parts)]
                return layout.NODE.pack(layout.NODE_BUCKET, len(parts)) + pack(f"<{len(numbers)}I", *numbers)
            case ByClass(places, parts):
                digest = places.encode()
                if not parts or len(digest) > layout.DIGEST_LENGTH:
                    raise ValueError(f"{len(parts)} classes of the map {places!r} cannot be written")
                return (
                    layout.NODE.pack(layout.NODE_BY_CLASS, len(parts))
                    + digest.ljust(layout.DIGEST_LENGTH, b"\0")
                    + pack(f"<{len(parts)}I", *map(self._node, parts))
                )


def _within(table: bytes, count: int) -> bool:
    """Whether every entry is below `count`; without a step of ours for each, where an octet holds them all."""
    if count > 1 << 8:
        return max(memoryview(table).cast("H")) < count
    return table[1::2] == bytes(BUCKETS) and not table[::2].translate(None, bytes(range(count)))


class FlatDraw:
    """One of `bodies`: the first whose cumulative weight passes the draw's share of `total`."""

    __slots__ = ("bodies", "cumulative", "total")

    def __init__(self, cumulative: list[int], bodies: list[FlatBody]) -> None:
        self.cumulative = cumulative
        self.total = cumulative[-1]
        self.bodies = bodies


class FlatBucket:
    """`parts[table[bucket]]`."""

    __slots__ = ("parts", "table")

    def __init__(self, table: memoryview[int], parts: list[FlatBody | FlatDraw]) -> None:
        self.table = table
        self.parts = parts


FlatNode = FlatBody | FlatDraw | FlatBucket


class Plan:
    """A stored plan. `places` is the digest of the class map that `part` wants a class of, "" where it does not matter.

    `located` is whether class or prefix decide (Scoping); where not, every client counts as class 0 and bucket 0.
    """

    __slots__ = (
        "_bodies",
        "_data",
        "_nodes",
        "_parts",
        "by_class",
        "by_prefix",
        "locate_resolver",
        "located",
        "places",
    )

    def __init__(self, data: memoryview) -> None:
        _, scoping, root, _ = layout.PLAN_HEADER.unpack_from(data)
        self._data = data
        self._nodes: dict[int, FlatNode] = {}
        self._bodies: dict[int, FlatBody] = {}
        self.by_class = bool(scoping & layout.BY_CLASS)
        self.by_prefix = bool(scoping & layout.BY_PREFIX)
        self.locate_resolver = bool(scoping & layout.LOCATE_RESOLVER)
        self.located = self.by_class or self.by_prefix
        self.places = ""
        self._parts: tuple[int, ...] = (root,)
        kind, count = layout.NODE.unpack_from(data, root)
        if kind == layout.NODE_BY_CLASS:
            at = root + layout.NODE.size
            self._parts = _numbers(data, at + layout.DIGEST_LENGTH, count)
            if self.located:
                self.places = bytes(data[at : at + layout.DIGEST_LENGTH]).rstrip(b"\0").decode()

    def part(self, class_: int) -> FlatNode:
        """What clients of a class are answered from. Raises IndexError for a class that the map did not have."""
        return self._node(self._parts[class_])

    def _node(self, at: int) -> FlatNode:
        node = self._nodes.get(at)
        if node is None:
            node = self._nodes[at] = self._read(at)
        return node

    def _body(self, at: int) -> FlatBody:
        body = self._bodies.get(at)
        if body is None:
            body = self._bodies[at] = FlatBody(self._data, at)
        return body

    def _read(self, at: int) -> FlatNode:
        data = self._data
        kind, count = layout.NODE.unpack_from(data, at)
        at += layout.NODE.size
        if kind == layout.NODE_CONSTANT:
            return self._body(count)
        if kind == layout.NODE_DRAW:
            bodies = [self._body(body) for body in _numbers(data, at + 8 * count, count)]
            return FlatDraw(data[at : at + 8 * count].cast("Q").tolist(), bodies)
        table, *parts = _numbers(data, at, count + 1)
        nodes: list[FlatBody | FlatDraw] = [self._node(part) for part in parts]  # type: ignore[misc]  # never buckets
        if not self.located:
            return nodes[data[table : table + 2].cast("H")[0]]
        return FlatBucket(data[table : table + 2 * BUCKETS].cast("H"), nodes)


def decode_plan(blob: bytes) -> tuple[Selector[Body], Scoping]:
    """What `encode_plan` was given."""
    data = memoryview(blob)
    _, scoping, root, _ = layout.PLAN_HEADER.unpack_from(data)
    flags = (scoping & bit != 0 for bit in (layout.BY_CLASS, layout.BY_PREFIX, layout.LOCATE_RESOLVER))
    return _decode(data, root), Scoping(*flags)


def _decode(data: memoryview, at: int) -> Selector[Body]:
    kind, count = layout.NODE.unpack_from(data, at)
    at += layout.NODE.size
    match kind:
        case layout.NODE_CONSTANT:
            return Constant(layout.unpack_body(data, count))
        case layout.NODE_DRAW:
            bodies = (Constant(layout.unpack_body(data, body)) for body in _numbers(data, at + 8 * count, count))
            cumulative = data[at : at + 8 * count].cast("Q").tolist()
            weights = (after - before for before, after in pairwise([0, *cumulative]))
            return Draw(tuple(zip(weights, bodies, strict=True)))
        case layout.NODE_BUCKET:
            table, *below = _numbers(data, at, count + 1)
            picks = bytes(data[table : table + 2 * BUCKETS])
            return Bucket(picks, tuple(_decode(data, part) for part in below))  # type: ignore[misc]  # never buckets
        case _:
            digest = bytes(data[at : at + layout.DIGEST_LENGTH]).rstrip(b"\0").decode()
            parts = _numbers(data, at + layout.DIGEST_LENGTH, count)
            return ByClass(digest, tuple(_decode(data, part) for part in parts))  # type: ignore[misc]  # never by class


def _numbers(data: memoryview, at: int, count: int) -> tuple[int, ...]:
    return tuple(data[at : at + 4 * count].cast("I"))
