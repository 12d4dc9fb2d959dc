"""What rules an operator's hand, in its own words."""

import pytest

from gslb.model import Dates, RoutingControl, SafetyRule, Weekly, Windows


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (SafetyRule(("eu", "us"), keep=1), "keep 1 of eu, us"),
        (SafetyRule(("eu", "us"), keep=1, why="two homes"), "keep 1 of eu, us (two homes)"),
        (SafetyRule(("eu",), gate="master"), "gate master of eu"),
        (SafetyRule((), wait=300.0), "wait 300s"),
        (Weekly((1, 3), 60, 300, "Europe/Berlin"), "tue,thu 01:00-05:00 Europe/Berlin"),
        (Weekly((0, 1, 2, 3, 4, 5, 6), 1_320, 120, "UTC"), "daily 22:00-02:00 UTC"),
        (Dates((2026, 12, 20), (2027, 1, 3)), "2026-12-20/2027-01-03 UTC"),
    ],
)
def test_each_reads_as_it_is_written(rule, text):
    assert str(rule) == text


def test_a_control_under_a_path_is_read_by_a_monitor_of_its_own():
    assert RoutingControl("web/eu-west").monitor == "control:web/eu-west"


def test_nothing_is_frozen_and_work_is_always_expected_unless_written():
    assert Windows() == Windows((), ())
