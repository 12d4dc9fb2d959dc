"""A balancer's reports to a verdict: the last one counts, silence proves little, and order changes nothing."""

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health import BalancerReport, Judge, Observation, Watched
from gslb.health.balancer import Listening
from gslb.health.quorum import Margin
from gslb.model import Check, Monitor, MonitorKind, NoData

EDGE = Monitor("backs", MonitorKind.BALANCER, balancer="edge", min_healthy=2, grace=10.0)
CHECK = Check("backs", "web/eu", "192.0.2.1")
WALL = 1_700_000_000.0


def report(up=4, *, at=100.0, sequence=1, epoch=7, total=4, **more):
    return BalancerReport("edge/eu", "web/eu", epoch, sequence, at, up, total, **more)


def judge(monitor=EDGE):
    return Judge({CHECK: Watched(monitor, "eu")}, {"ns1": None}, 100.0, WALL)


@pytest.mark.parametrize(
    ("heard", "up", "margin", "reason"),
    [
        (report(4), True, Margin(0.0), "4 of 4 backends up"),
        (report(3), True, Margin(0.0), "3 of 4 backends up"),
        (report(2), True, Margin(0.0, turning=True), "2 of 4 backends up"),
        (report(2, total=2), True, Margin(0.0), "2 of 2 backends up"),
        (report(1), False, Margin(0.0, turning=True), "1 of 4 backends up, needs 2"),
        (report(4, out="deploy"), False, Margin(0.0), "out by its own word: deploy"),
    ],
    ids=["all", "spare", "at the line", "exactly", "too few", "out"],
)
def test_what_a_report_says_of_the_endpoint(heard, up, margin, reason):
    listening = Listening(90.0).hear(heard)

    assert listening.up(EDGE, 101.0, known=False) is up
    assert listening.margin(EDGE, 101.0) == margin
    assert listening.reason(EDGE, 101.0) == reason
    assert listening.wake_at(EDGE, 101.0) == 110.0


@pytest.mark.parametrize(
    ("no_data", "after_up", "after_down", "after_nothing"),
    [(NoData.KEEP, True, False, True), (NoData.UP, True, True, True), (NoData.DOWN, False, False, False)],
    ids=["keep", "up", "down"],
)
def test_silence_says_what_the_monitor_says_of_it(no_data, after_up, after_down, after_nothing):
    for first, expected in ((4, after_up), (0, after_down), (None, after_nothing)):
        one = judge(replace(EDGE, no_data=no_data))
        if first is not None:
            one.report(report(first), 100.0, WALL)
        assert one.verdicts()[CHECK].known is (first is not None)
        assert one.wake_at() <= 110.0
        one.tick(110.0, WALL + 10)
        verdict = one.verdicts()[CHECK]
        assert (verdict.up, verdict.known) == (expected, True)
        assert verdict.reason.startswith("balancer silent for 10 s, ")
        assert Listening(100.0).wake_at(EDGE, 110.0) == inf


def test_a_verdict_follows_each_report_and_says_why():
    one = judge()

    (up,) = one.report(report(4, sequence=1), 100.0, WALL)
    assert (up.up, up.known, up.votes, up.reason) == (True, True, (1, 0), "4 of 4 backends up")
    (down,) = one.report(report(1, sequence=2, at=101.0), 101.0, WALL + 1)
    assert (down.up, down.since, down.reason) == (False, WALL + 1, "1 of 4 backends up, needs 2")
    assert (down.cause.id, down.cause.at) == ("edge/eu/7/2", 101.0)
    (fewer,) = one.report(report(0, sequence=3, at=102.0), 102.0, WALL + 2)
    assert (fewer.since, fewer.reason) == (WALL + 1, "0 of 4 backends up, needs 2")
    assert one.report(report(0, sequence=4, at=103.0), 103.0, WALL + 3) == ()


def test_reports_of_other_endpoints_and_observations_say_nothing():
    one = judge()

    assert one.report(replace(report(), endpoint="web/us"), 100.0, WALL) == ()
    assert one.observe([Observation("ns1", 1, 1, CHECK, EDGE.digest, ok=True, reason="", at=100.0)], 100.0, WALL) == ()
    assert not one.verdicts()[CHECK].known


def test_an_edited_rule_awaits_its_own_reports_and_keeps_the_verdict():
    one = judge()
    one.report(report(3), 100.0, WALL)
    stricter = replace(EDGE, min_healthy=4, digest="other")

    one.adopt({CHECK: Watched(stricter, "eu")}, {"ns1": None}, 101.0, WALL)
    assert one.verdicts()[CHECK].up
    one.report(report(3, sequence=2, at=102.0), 102.0, WALL)
    assert not one.verdicts()[CHECK].up


@given(
    reports=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=8, unique_by=lambda one: one[0]
    ),
    data=st.data(),
)
def test_late_doubled_and_reordered_reports_change_nothing(reports, data):
    """Whatever comes besides, and in whatever order: the verdict is that of the latest report."""
    said = [report(up, sequence=sequence) for sequence, up in reports]
    latest = max(said, key=lambda one: one.sequence)
    heard = data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said), max_size=5))))
    one = judge()

    for each in heard:
        one.report(each, 100.0, WALL)

    assert one.verdicts()[CHECK].up is (latest.up >= 2)
    assert one.verdicts()[CHECK].reason.startswith(f"{latest.up} of 4 ")


def test_load_is_what_is_told_or_follows_from_rate_and_capacity():
    assert report(utilisation=0.7, requests=10, capacity=100.0).load == 0.7
    assert report(requests=10, capacity=100.0).load == 0.1
    assert report(requests=10).load is None
