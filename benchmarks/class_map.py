"""How long client classes take to compile, from each kind of source, and how small they come out.

    database (mmdb) ┐
    overlay (CSV)   ├─► atlas ─► class map ─► place image          all of it off the answer path, by the builder
    latency rows    ┘     └── kept on disk by content ──┘

Made up, the same for every run: four in five prefixes are IPv4 of 12 to 24 bits, the others IPv6 of 29 to 48.
"""

from __future__ import annotations

import argparse
import random
import resource
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from gslb.geo import Atlas, ClassMap, class_map, countries, open_database, overlay
from gslb.geo.location import Location
from gslb.image import ExactRanges, Places, Ranges, write_places
from gslb.model import LatencyRow

REGIONS = ("eu-west", "us-east", "ap-south")


def prefixes(count: int, seed: int = 1) -> list[tuple[int, int, int]]:
    """(IP version, first address, length) of different prefixes, in no order; they nest as chance has it."""
    chance = random.Random(seed)
    found: dict[tuple[int, int, int], None] = {}
    while len(found) < count:
        if len(found) % 5:
            length = min(24, 12 + int(chance.triangular(0, 15, 12)))
            found[4, chance.randrange(1 << 24, 224 << 24) >> 32 - length << 32 - length, length] = None
        else:
            length = chance.choice((29, 32, 32, 36, 40, 44, 48, 48, 48))
            found[6, (0x2 << 125 | chance.getrandbits(45) << 80) >> 128 - length << 128 - length, length] = None
    return list(found)


def text(version: int, start: int, length: int) -> str:
    return str(IPv4Network((start, length)) if version == 4 else IPv6Network((start, length)))


def database(found: list[tuple[int, int, int]], codes: list[str]) -> bytes:
    """A country database in MaxMind's format, IPv4 below ::/96; longer prefixes win."""
    root: list[Any] = [0, 0]  # a child: 0 nothing, a list a node, a number above 0 a country
    for index, (version, start, length) in sorted(enumerate(found), key=lambda one: one[1][2]):
        depth = length + 96 if version == 4 else length
        node = root
        for shift in range(127, 128 - depth, -1):
            side = start >> shift & 1
            below = node[side]
            if not isinstance(below, list):
                below = node[side] = [below, below]
            node = below
        node[start >> 128 - depth & 1] = index % len(codes) + 1
    nodes, numbers = [root], {id(root): 0}
    for node in nodes:  # grows as it goes
        for below in node:
            if isinstance(below, list):
                numbers[id(below)] = len(nodes)
                nodes.append(below)
    count = len(nodes)
    data, offsets = b"", [0]
    for code in codes:
        offsets.append(len(data))
        data += _map([("country", _map([("iso_code", _text(code))]))])
    records = [
        numbers[id(below)] if isinstance(below, list) else count + 16 + offsets[below] if below else count
        for node in nodes
        for below in node
    ]
    metadata = _map(
        [
            ("binary_format_major_version", b"\xa2\x00\x02"),
            ("binary_format_minor_version", b"\xa0"),
            ("build_epoch", b"\x04\x02" + struct.pack(">I", 1_700_000_000)),
            ("database_type", _text("GeoLite2-Country")),
            ("description", b"\xe0"),
            ("ip_version", b"\xa1\x06"),
            ("languages", b"\x00\x04"),
            ("node_count", b"\xc4" + struct.pack(">I", count)),
            ("record_size", b"\xa1\x20"),
        ]
    )
    return struct.pack(f">{2 * count}I", *records) + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + metadata


def _text(word: str) -> bytes:
    return bytes([0x40 | len(word)]) + word.encode()


def _map(pairs: list[tuple[str, bytes]]) -> bytes:
    return bytes([0xE0 | len(pairs)]) + b"".join(_text(key) + value for key, value in pairs)


@contextmanager
def timed(what: str) -> Iterator[None]:
    began = time.process_time()
    yield
    print(f"    {what:34} {time.process_time() - began:7.2f} s")


def by_country(location: Location) -> object:
    return location.country


def by_latency(location: Location) -> object:
    return tuple(sorted(location.latency, key=lambda row: row[1]))


def compile_(build: Callable[[], Atlas], key: Callable[[Location], object], folder: Path) -> ClassMap:
    with timed("atlas"):
        atlas = build()
    with timed("class map"):
        classes = class_map(atlas, key)
    with timed("place image"):
        fine4, fine6 = classes.fine4, classes.fine6
        image = write_places(
            folder,
            Places(
                classes.digest,
                Ranges(classes.main4.starts, classes.main4.classes),
                Ranges(classes.main6.starts, classes.main6.classes),
                ExactRanges(fine4.starts, fine4.ends, fine4.classes),
                ExactRanges(fine6.starts, fine6.ends, fine6.classes),
            ),
        )
    with timed("atlas to bytes"):
        kept = atlas.to_bytes()
    with timed("atlas from bytes"):
        Atlas.from_bytes(kept)
    print(
        f"    {len(classes.representatives):,} classes, {len(classes.main4.starts):,} IPv4 and"
        f" {len(classes.main6.starts):,} IPv6 ranges, image {image.stat().st_size / 1e6:.1f} MB,"
        f" kept atlas {len(kept) / 1e6:.1f} MB"
    )
    return classes


def run(kind: str, count: int, folder: Path) -> None:
    found = prefixes(count)
    codes = sorted(countries())
    began = time.process_time()
    match kind:
        case "database":
            data = database(found, codes)
            began = time.process_time()
            source = open_database("country", data, "bench.mmdb")
            print(f"    {'open':34} {time.process_time() - began:7.2f} s   ({len(data) / 1e6:.0f} MB)")
            compile_(lambda: Atlas.build([source]), by_country, folder)
        case "overlay":
            lines = [f"{text(*one)},{codes[number % len(codes)]}" for number, one in enumerate(found)]
            sheet = "\n".join(["prefix,country", *lines])
            began = time.process_time()
            with timed("read CSV"):
                rows = overlay(sheet, "bench.csv")
            compile_(lambda: Atlas.build(overlay=rows), by_country, folder)
        case _:
            rows_ = [
                LatencyRow(text(*one), region, float((number * 7 + at * 13) % 40 * 5 + 5))
                for number, one in enumerate(found[: count // 3])
                for at, region in enumerate(REGIONS)
            ]
            began = time.process_time()
            compile_(lambda: Atlas.build(latency=rows_), by_latency, folder)
    print(
        f"  {kind}, {count:,} prefixes: {time.process_time() - began:.1f} s in all,"
        f" peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefixes", type=int, default=1_000_000)
    parser.add_argument("kinds", nargs="*", default=["database", "overlay", "latency"])
    args = parser.parse_args()
    for kind in args.kinds:
        with tempfile.TemporaryDirectory() as folder:
            run(kind, args.prefixes, Path(folder))


if __name__ == "__main__":
    main()
