"""A curve for a terminal: dots over an axis of even ratios, with marks under it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

DOT, BUDGET, UP = "•", "╌", "▲"


def curve(
    points: Sequence[tuple[float, float]],
    marks: Iterable[tuple[float, str]] = (),
    limit: float | None = None,
    *,
    width: int = 60,
    height: int = 10,
) -> list[str]:
    """Points (x, y), sorted, x above 0 and spread by ratio. `marks` name values of x; `limit` is a line across.

    Lines of at most `width` + 12 columns, the highest y first.
    """
    if len(points) < 2 or points[-1][0] <= points[0][0]:
        return []
    low, high = points[0][0], points[-1][0]
    top = max(*(y for _, y in points), limit or 0.0) or 1.0

    def row(y: float) -> int:
        return min(height - 1, int((1 - y / top) * (height - 1) + 0.5))

    canvas = [[" "] * width for _ in range(height)]
    if limit is not None:
        canvas[row(limit)] = [BUDGET] * width
    for column in range(width):
        canvas[row(_at(points, low * (high / low) ** (column / (width - 1))))][column] = DOT
    lines = [f"{_label(number, row, limit, top, height):>9} ┤{''.join(each)}" for number, each in enumerate(canvas)]
    lines.append(f"{'':9} └{'─' * width}")
    arrows, words = [" "] * width, [" "] * (width + 12)
    for x, word in sorted(marks):
        if low <= x <= high:
            column = min(width - 1, round((width - 1) * _place(x, low, high)))
            arrows[column] = UP
            start = min(max(0, column - len(word) // 2), width - len(word))
            if all(each == " " for each in words[max(0, start - 1) : start + len(word) + 1]):
                words[start : start + len(word)] = word
    return [*lines, f"{'':11}{''.join(arrows)}".rstrip(), f"{'':11}{''.join(words)}".rstrip()]


def _at(points: Sequence[tuple[float, float]], x: float) -> float:
    """The height of the point at or after x."""
    return next((y for at, y in points if at >= x - 1e-9), points[-1][1])


def _place(x: float, low: float, high: float) -> float:
    from math import log

    return log(x / low) / log(high / low)


def _label(number: int, row: object, limit: float | None, top: float, height: int) -> str:
    if number == 0:
        return f"{top:,.0f}"
    if number == height - 1:
        return "0"
    return f"{limit:,.0f}" if limit is not None and callable(row) and row(limit) == number else ""
