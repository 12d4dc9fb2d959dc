from math import inf

import pytest

from gslb.health.heartbeat import Heartbeat, Pulse
from gslb.health.quorum import Margin
from gslb.model import Monitor, MonitorKind

DB = Monitor("db", MonitorKind.PUSH, every=10, grace=25)


@pytest.mark.parametrize(
    ("quiet", "pulse", "up", "margin", "wakes", "reason"),
    [
        (0, Pulse.BEATING, True, Margin(25), 110, "heartbeat"),
        (9.9, Pulse.BEATING, True, Margin(25), 110, "heartbeat"),
        (10, Pulse.LATE, True, Margin(0, turning=True), 135, "heartbeat late: none for 10 s"),
        (34.9, Pulse.LATE, True, Margin(0, turning=True), 135, "heartbeat late: none for 10 s"),
        (35, Pulse.MISSING, False, Margin(0), inf, "no heartbeat for 35 s"),
        (9_999, Pulse.MISSING, False, Margin(0), inf, "no heartbeat for 35 s"),
    ],
)
def test_how_long_it_has_been_quiet_says_everything(quiet, pulse, up, margin, wakes, reason):
    heartbeat, now = Heartbeat(0.0).beat(100.0), 100.0 + quiet

    assert heartbeat.pulse(DB, now) is pulse
    assert heartbeat.up(DB, now) is up
    assert heartbeat.margin(DB, now) == margin
    assert heartbeat.wake_at(DB, now) == wakes
    assert heartbeat.reason(DB, now) == reason


def test_before_its_first_heartbeat_it_says_nothing_until_the_grace_is_over():
    awaited = Heartbeat(100.0)

    assert awaited.up(DB, 100) is None
    assert awaited.reason(DB, 100) == "no heartbeat yet"
    assert awaited.up(DB, 134.9) is None
    assert awaited.up(DB, 135) is False


def test_a_heartbeat_that_arrives_late_does_not_turn_the_clock_back():
    assert Heartbeat(0.0).beat(50.0).beat(40.0) == Heartbeat(50.0, 2)
