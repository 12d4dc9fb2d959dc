"""drain:, routing_controls:, safety: and windows: as they are written."""

import pytest

from gslb.config import load
from gslb.config.operations import window
from gslb.config.scalars import Wrong
from gslb.model import Dates, Drain, Faults, SafetyRule, Weekly, Windows

HEAD = """gslb: 1
regions: {eu-west: {}, eu-north: {}, us-east: {}}
pools: {web: {endpoints: {eu-west: 192.0.2.1, eu-north: 192.0.2.2, us-east: 192.0.2.3}}}
zones:
  example.com:
    records: "@ 1h NS ns1\nns1 1h A 192.0.2.53\n"
    steer: {www: {failover: [web/eu-west, web/us-east]}}
"""


def model(text):
    return load("gslb.yaml", lambda _: HEAD + text)


def test_drains_rules_and_windows_are_read():
    found = model(
        "drain: {ramp: 10m, lead: 2m}\n"
        "routing_controls: {eu-west: {note: the old one}, master: {}}\n"
        "safety:\n"
        "  - {keep: 2, of: [eu-west, eu-north, us-east]}\n"
        "  - {keep: 1, of: [eu-west, us-east], why: two homes}\n"
        "  - {gate: master, of: [eu-west]}\n"
        "  - {wait: 5m}\n"
        'windows: {maintenance: "tue,thu 01:00-05:00 Europe/Berlin", freeze: "2026-12-20/2027-01-03"}\n'
    )

    assert found.drain == Drain(600.0, 120.0)
    assert found.routing_controls["eu-west"].note == "the old one"
    assert found.safety.rules == (
        SafetyRule(("eu-west", "eu-north", "us-east"), keep=2),
        SafetyRule(("eu-west", "us-east"), keep=1, why="two homes"),
        SafetyRule(("eu-west",), gate="master"),
        SafetyRule((), wait=300.0),
    )
    assert str(found.safety.rules[1].mark) == "gslb.yaml:14:5"
    assert found.windows == Windows((Weekly((1, 3), 60, 300, "Europe/Berlin"),), (Dates((2026, 12, 20), (2027, 1, 3)),))


def test_without_them_a_drain_is_at_once_and_nothing_is_ruled():
    found = model("")

    assert (found.drain, found.safety.rules, found.windows) == (Drain(0.0, None), (), Windows())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mon 01:00-02:30 UTC", Weekly((0,), 60, 150, "UTC")),
        ("mon-fri 22:00-02:00 UTC", Weekly((0, 1, 2, 3, 4), 1_320, 120, "UTC")),
        ("sat-mon 00:00-24:00 UTC", Weekly((0, 5, 6), 0, 1_440, "UTC")),
        ("daily 03:00-04:00 America/New_York", Weekly((0, 1, 2, 3, 4, 5, 6), 180, 240, "America/New_York")),
        ("2026-12-20/2026-12-20 Europe/Berlin", Dates((2026, 12, 20), (2026, 12, 20), "Europe/Berlin")),
    ],
)
def test_a_window_is_days_and_times_or_dates(text, found):
    assert window(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tue 01:00-05:00", "has no zone"),
        ("tue 01:00-05:00 Europe/Berln", "no time zone"),
        ("tuesday 01:00-05:00 UTC", "no day"),
        ("tue 01:00-25:00 UTC", "no time of the day"),
        ("2026-02-29/2026-03-01", "no date"),
        ("2027-01-03/2026-12-20", "is before"),
        ("tuesdays", "no window"),
    ],
)
def test_what_is_no_window_is_refused_with_what_to_write(text, said):
    with pytest.raises(Wrong, match=said):
        window(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("safety: [{keep: 3, of: [eu-west, us-east]}]\n", "3 of 2 can never be"),
        ("safety: [{keep: 1, wait: 5m, of: [eu-west]}]\n", "a safety rule is one thing"),
        ("safety: [{of: [eu-west]}]\n", "what safety rule this is"),
        ("drain: {ramp: 10}\n", "has no unit"),
        ("routing_controls: {'eu west': {}}\n", "no name"),
    ],
)
def test_what_makes_no_sense_is_refused(text, said):
    with pytest.raises(Faults, match=said):
        model(text)
