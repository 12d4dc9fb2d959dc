"""Line plots as SVG, drawn by hand: what a page of the documentation needs, and no library for it.

    Panel(title, x axis, y axis, lines) ─► svg([panel, ...]) ─► text of a file

Colours are told apart by people who see few, and stand out on white and on dark pages alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 560, 340  # of one panel
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 34, 46
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c8c8c", "#56b4e9", "#e69f00")


@dataclass(frozen=True, slots=True)
class Axis:
    """`low` and `high`: what it shows, from the data where None. Logarithmic axes show nothing at or below zero."""

    title: str
    logarithmic: bool = False
    low: float | None = None
    high: float | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Points in the order of x. `dashed` for what is predicted or is no measurement; `marked`: a dot at each point."""

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False
    marked: bool = False
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """`legend`: how far it stands below the upper edge, at the right, where no line should be."""

    title: str
    x: Axis
    y: Axis
    lines: Sequence[Line]
    legend: int = 4


def svg(panels: Sequence[Panel], note: str = "") -> str:
    """The panels side by side, with a note below."""
    width, height = WIDTH * len(panels), HEIGHT + (22 if note else 0)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="sans-serif" font-size="12">'
        ),
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, panel in enumerate(panels):
        parts += [f'<g transform="translate({number * WIDTH} 0)">', *_panel(panel), "</g>"]
    if note:
        parts.append(f'<text x="{LEFT}" y="{height - 8}" fill="#555555" font-size="11">{escape(note)}</text>')
    return "\n".join((*parts, "</svg>", ""))


def _panel(panel: Panel) -> Iterable[str]:
    xs = _Scale(panel.x, [x for line in panel.lines for x, _ in line.points], LEFT, WIDTH - RIGHT)
    ys = _Scale(panel.y, [y for line in panel.lines for _, y in line.points], HEIGHT - BOTTOM, TOP)
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle:g}" y="20" text-anchor="middle" font-size="14">{escape(panel.title)}</text>'
    for value in xs.ticks():
        x = xs.at(value)
        yield f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#e3e3e3"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{xs.said(value)}</text>'
    for value in ys.ticks():
        y = ys.at(value)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e3e3e3"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{ys.said(value)}</text>'
    yield f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" stroke="#444444" fill="none"/>'
    yield f'<text x="{middle:g}" y="{HEIGHT - 10}" text-anchor="middle">{escape(panel.x.title)}</text>'
    centre = (TOP + HEIGHT - BOTTOM) / 2
    yield (
        f'<text transform="translate(15 {centre:g}) rotate(-90)" text-anchor="middle">{escape(panel.y.title)}</text>'
    )
    for number, line in enumerate(panel.lines):
        yield from _line(line, line.colour or COLOURS[number % len(COLOURS)], xs, ys)
    yield from _legend(panel)


def _line(line: Line, colour: str, xs: _Scale, ys: _Scale) -> Iterable[str]:
    points = [(xs.at(x), ys.at(y)) for x, y in line.points if xs.shows(x) and ys.shows(y)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
    if path:
        yield f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"{dashes}/>'
    if line.marked:
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)


def _legend(panel: Panel) -> Iterable[str]:
    wide = max((len(line.name) for line in panel.lines), default=0) * 6.4 + 40
    left, top = WIDTH - RIGHT - wide - 4, TOP + panel.legend
    high = 17 * len(panel.lines) + 8
    yield (
        f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{high}" fill="#ffffff" fill-opacity="0.85" '
        'stroke="#d0d0d0"/>'
    )
    for number, line in enumerate(panel.lines):
        y = top + 16 + 17 * number
        colour = line.colour or COLOURS[number % len(COLOURS)]
        dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
        yield f'<path d="M{left + 6:.1f} {y - 4}h22" stroke="{colour}" stroke-width="2"{dashes}/>'
        yield f'<text x="{left + 34:.1f}" y="{y}">{escape(line.name)}</text>'


class _Scale:
    """From values to places between two edges of the paper."""

    def __init__(self, axis: Axis, values: Sequence[float], first: float, last: float) -> None:
        self._axis, self._first, self._last = axis, first, last
        known = [value for value in values if not axis.logarithmic or value > 0] or [1.0]
        low = min(known) if axis.low is None else axis.low
        high = max(known) if axis.high is None else axis.high
        if axis.logarithmic:
            low, high = 10.0 ** floor(log10(low) + 1e-9), 10.0 ** ceil(log10(high) - 1e-9)
            high = high if high > low else low * 10
        else:
            low = min(low, 0.0) if axis.low is None else low
            high = high if high > low else low + 1.0
        self._low, self._high = low, high

    def shows(self, value: float) -> bool:
        return not self._axis.logarithmic or value > 0

    def at(self, value: float) -> float:
        low, high = self._low, self._high
        value = min(max(value, low), high)
        share = log10(value / low) / log10(high / low) if self._axis.logarithmic else (value - low) / (high - low)
        return self._first + share * (self._last - self._first)

    def ticks(self) -> list[float]:
        """Powers of ten, or about five round numbers."""
        if self._axis.logarithmic:
            first, last = round(log10(self._low)), round(log10(self._high))
            return [10.0**power for power in range(first, last + 1)]
        rough = (self._high - self._low) / 5
        unit = 10.0 ** floor(log10(rough))
        step = next(factor * unit for factor in (1, 2, 2.5, 5, 10) if factor * unit >= rough - 1e-12)
        first = ceil(self._low / step - 1e-9)
        return [number * step for number in range(first, floor(self._high / step + 1e-9) + 1)]

    def said(self, value: float) -> str:
        if self._axis.percent:
            return f"{value:.0%}"
        for size, unit in ((1e6, "M"), (1e3, "k")):
            if abs(value) >= size:
                return f"{value / size:g} {unit}"
        return f"{value:g}"
