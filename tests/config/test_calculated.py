"""Monitors over monitors, as written."""

import pytest

from gslb.model import Calculated, CalculatedKind
from kit.language import expect, model


def one(line, defaults=""):
    return model(f"gslb: 1\n{defaults}monitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n").monitors["m"]


@pytest.mark.parametrize(
    ("line", "calculated"),
    [
        ("{all: [up]}", Calculated(CalculatedKind.ALL, ("up",))),
        ("{any: [up], invert: true}", Calculated(CalculatedKind.ANY, ("up",), inverted=True)),
        ("{at_least: 1, of: [up]}", Calculated(CalculatedKind.COUNT, ("up",), 1)),
        ("{at_least: 3, of: {up: 3}}", Calculated(CalculatedKind.COUNT, ("up",), 3, weights=(3,))),
    ],
)
def test_a_calculated_monitor_is_over_others(line, calculated):
    assert one(line).calculated == calculated


def test_a_monitor_is_not_calculated_from_itself():
    expect(
        "gslb: 1\nmonitors:\n  a: {all: [§b]}\n  b: {any: [§a]}\n",
        "a is calculated from itself",
        "b is calculated from itself",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{all: §[]}", "all: nothing is listed here"),
        ("{all: [§upp]}", "unknown monitor upp | did you mean up?"),
        ("§{of: [up]}", "at_least: and of: go together | write {at_least: 2, of: [a, b, c]}"),
        ("{all: [up], at_least: §1}", "at_least: and of: go together | write {at_least: 2, of: [a, b, c]}"),
        ("{of: [up], at_least: §2}", "at_least: 2 of 1 can never be"),
        ("{of: {up: 3}, at_least: §4}", "at_least: 4 of 3 can never be"),
    ],
)
def test_members_written_wrong_are_told_where_and_what_to_write(line, message):
    expect(f"gslb: 1\nmonitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n", message)
