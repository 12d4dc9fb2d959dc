"""A plot is well-formed, holds what it was given, and stays inside its paper."""

import re
from xml.etree import ElementTree as ET

import pytest
from plot import HEIGHT, WIDTH, Axis, Line, Panel, svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*lines: Line, x: Axis | None = None, y: Axis | None = None) -> ET.Element:
    return ET.fromstring(svg([Panel("a < b", x or Axis("x"), y or Axis("y"), lines)], "a note & more"))


def texts(root: ET.Element) -> list[str]:
    return [found.text or "" for found in root.iter(f"{SVG}text")]


def test_titles_names_and_the_note_are_there_as_text():
    root = drawn(Line("one & two", [(0, 1), (1, 2)]))

    assert {"a < b", "x", "y", "one & two", "a note & more"} <= set(texts(root))


@pytest.mark.parametrize(
    ("axis", "points", "ticks"),
    [
        (Axis("x"), [(0, 0), (10, 1)], ["0", "2", "4", "6", "8", "10"]),
        (Axis("x", logarithmic=True), [(0, 0), (10, 1), (20_000, 1)], ["10", "100", "1 k", "10 k", "100 k"]),
        (Axis("x", percent=True, high=1.0), [(0.1, 0), (0.9, 1)], ["0%", "20%", "40%", "60%", "80%", "100%"]),
        (Axis("x"), [(3, 3)], ["0", "1", "2", "3"]),
    ],
)
def test_ticks_are_round_numbers_over_what_is_shown(axis, points, ticks):
    found = texts(drawn(Line("a", points), x=axis, y=Axis("y", low=700, high=701)))

    assert [text for text in found if text in ticks] == ticks


def test_every_point_lies_on_the_paper():
    root = drawn(Line("a", [(-5, -5), (1e9, 3), (7, 1e-9)], marked=True), Line("none", []))

    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx", "nan")) <= WIDTH
        assert 0 <= float(circle.get("cy", "nan")) <= HEIGHT
    assert not re.search(r"nan|inf", ET.tostring(root, "unicode"))


def test_more_is_drawn_higher_and_further_right():
    [low, high] = drawn(Line("a", [(1, 1), (2, 2)], marked=True)).iter(f"{SVG}circle")

    assert float(low.get("cx", "")) < float(high.get("cx", ""))
    assert float(low.get("cy", "")) > float(high.get("cy", ""))
