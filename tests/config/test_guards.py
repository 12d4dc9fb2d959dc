"""The words of guards: what they mean, what is taken from defaults, and every way to write one wrong."""

import pytest

from gslb.model import Damping
from kit.language import expect, model


def one(line, defaults=""):
    return model(f"gslb: 1\n{defaults}monitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n").monitors["m"]


def test_damping_is_on_unless_turned_off():
    assert one("http://h/").damping == Damping(falls=2, within=300, hold=300, most=1_800)
    assert one("{probe: 'http://h/', damping: off}").damping.falls == 0


def test_what_damping_leaves_out_comes_from_the_defaults():
    defaults = "defaults: {monitor: {damping: {falls: 3, hold: 10m}}}\n"

    assert one("{probe: 'http://h/', damping: {within: 1m}}", defaults).damping == Damping(3, 60, 600, 1_800)
    assert one("{push: file:p, every: 10s}", defaults).damping == Damping(3, 300, 600, 1_800)
    assert one("{all: [up], damping: {falls: 1}}", defaults).damping == Damping(1, 300, 600, 1_800)


def test_damping_may_be_turned_on_where_the_defaults_turn_it_off():
    defaults = "defaults: {monitor: {damping: off}}\n"

    assert one("http://h/", defaults).damping.falls == 0
    assert one("{probe: 'http://h/', damping: {hold: 1m}}", defaults).damping == Damping(2, 300, 60, 1_800)


def test_a_hold_above_most_raises_most():
    assert one("{probe: 'http://h/', damping: {hold: 1h}}").damping == Damping(2, 300, 3_600, 3_600)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("damping: §on", "damping: on is unknown | write off"),
        ("damping: {hold: 10m, most: §5m}", "most is below hold | a wait grows from hold to most"),
        ("damping: {falls: §0}", "falls: 0 is no whole number from 1 to 1000000"),
        ("damping: {hold: §10}", "hold: 10 has no unit | write 10s"),
        ("damping: {§halflife: 15m}", "unknown key halflife | known: falls, within, hold, most"),
    ],
)
def test_what_is_written_wrong_is_refused(written, fault):
    expect(f"gslb: 1\nmonitors:\n  m: {{probe: 'http://h/', {written}}}\n", fault)
