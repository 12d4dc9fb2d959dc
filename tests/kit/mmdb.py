"""Write small location databases in MaxMind's file format, so that tests read real files of every vendor's shape.

Written from the MaxMind DB file format 2.0, apart from the code that reads it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from ipaddress import ip_network

Value = object
_TEXT, _DOUBLE, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY = 2, 3, 5, 6, 7, 9, 11  # types of the data section
_MARKER = b"\xab\xcd\xefMaxMind.com"


def write_mmdb(
    entries: Mapping[str, Value] | Iterable[tuple[str, Value]],
    kind: str,
    *,
    version: int = 6,
    record_size: int = 24,
    built: int = 1_700_000_000,
    aliases: Iterable[str] = (),
) -> bytes:
    """The bytes of a database that holds `entries` (CIDR, record); longer prefixes win, whatever the order.

    In a file of version 6 IPv4 lives below ::/96; `aliases` are IPv6 prefixes that lead to the same place (as 2002::/16
    does in MaxMind's files).
    """
    root: list[object] = [None, None]
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    for network, value in sorted(
        ((ip_network(cidr), value) for cidr, value in pairs), key=lambda pair: pair[0].prefixlen
    ):
        start, length = int(network.network_address), network.prefixlen
        width = network.max_prefixlen
        if version == 6 and network.version == 4:
            length, width = length + 96, 128
        _put(root, start, length, width, ("data", value))
    for alias in aliases:
        network = ip_network(alias)
        _put(root, int(network.network_address), network.prefixlen, 128, _below(root, 96))

    nodes: list[list[object]] = []
    numbers: dict[int, int] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in numbers:
            continue
        numbers[id(node)] = len(nodes)
        nodes.append(node)
        waiting.extend(child for child in node if isinstance(child, list))

    data = bytearray()
    offsets: dict[bytes, int] = {}

    def record(child: object) -> int:
        if child is None:
            return len(nodes)
        if isinstance(child, list):
            return numbers[id(child)]
        encoded = _encode(child[1])
        if encoded not in offsets:
            offsets[encoded] = len(data)
            data.extend(encoded)
        return len(nodes) + 16 + offsets[encoded]

    tree = b"".join(_node(record(left), record(right), record_size) for left, right in nodes)
    metadata = {
        "binary_format_major_version": _number(_UINT16, 2),
        "binary_format_minor_version": _number(_UINT16, 0),
        "build_epoch": _number(_UINT64, built),
        "database_type": _encode(kind),
        "description": _encode({}),
        "ip_version": _number(_UINT16, version),
        "languages": _encode([]),
        "node_count": _number(_UINT32, len(nodes)),
        "record_size": _number(_UINT16, record_size),
    }
    pairs_of_bytes = b"".join(_encode(key) + value for key, value in metadata.items())
    return tree + bytes(16) + bytes(data) + _MARKER + _control(_MAP, len(metadata)) + pairs_of_bytes


def _put(root: list[object], start: int, length: int, width: int, value: object) -> None:
    """Set what stands at a prefix, making the nodes on the way; a leaf on the way is handed down to both sides."""
    node = root
    for depth in range(length - 1):
        bit = start >> (width - 1 - depth) & 1
        child = node[bit]
        if not isinstance(child, list):
            child = node[bit] = [child, child]
        node = child
    node[start >> (width - length) & 1] = value


def _below(root: list[object], depth: int) -> object:
    node: object = root
    for _ in range(depth):
        assert isinstance(node, list), "no IPv4 entries"
        node = node[0]
    return node


def _node(left: int, right: int, record_size: int) -> bytes:
    if record_size == 28:
        middle = (left >> 24) << 4 | right >> 24
        return (left & 0xFFFFFF).to_bytes(3, "big") + bytes([middle]) + (right & 0xFFFFFF).to_bytes(3, "big")
    size = record_size // 8
    return left.to_bytes(size, "big") + right.to_bytes(size, "big")


def _encode(value: Value) -> bytes:
    match value:
        case str():
            raw = value.encode()
            return _control(_TEXT, len(raw)) + raw
        case float():
            return _control(_DOUBLE, 8) + struct.pack(">d", value)
        case int():
            return _number(_UINT32, value)
        case Mapping():
            return _control(_MAP, len(value)) + b"".join(_encode(key) + _encode(item) for key, item in value.items())
        case list():
            return _control(_ARRAY, len(value)) + b"".join(map(_encode, value))
    raise TypeError(f"no mmdb type for {value!r}")


def _number(kind: int, value: int) -> bytes:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _control(kind, len(raw)) + raw


def _control(kind: int, size: int) -> bytes:
    small, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return bytes([(kind if kind < 8 else 0) << 5 | small]) + (bytes([kind - 7]) if kind > 7 else b"") + more
