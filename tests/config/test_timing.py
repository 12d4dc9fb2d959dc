"""When monitors are made: what is written, what is left out, and what makes another monitor of it."""

import pytest

from gslb.model import Initial, Quorum, QuorumKind
from kit.language import expect, model


def one(line, defaults=""):
    return model(f"gslb: 1\n{defaults}monitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n").monitors["m"]


def test_what_is_left_out_comes_from_the_defaults():
    monitor = one(
        "{probe: 'http://h/', fall: 5}",
        "defaults: {monitor: {interval: 20s, timeout: 3s, confirm_interval: 1s, rise: 1, quorum: any, initial: up}}\n",
    )

    assert (monitor.interval, monitor.timeout, monitor.confirm_interval) == (20, 3, 1)
    assert (monitor.rise, monitor.fall) == (1, 5)
    assert (monitor.quorum, monitor.initial) == (Quorum(QuorumKind.ANY), Initial.UP)


def test_a_timeout_that_is_left_out_gives_way_to_a_short_interval():
    assert one("{probe: 'http://h/', interval: 2s}").timeout == 2
    assert one("http://h/", "defaults: {monitor: {interval: 1s}}\n").timeout == 1


def test_the_digest_changes_with_what_an_observation_means_and_only_then():
    plain = one("{probe: 'http://h/'}")

    assert plain.digest != one("{probe: 'http://h/other'}").digest
    assert plain.digest != one("{probe: 'http://h/', timeout: 1s}").digest
    assert plain.digest != one("{probe: 'http://h/', credentials: env:A}").digest
    assert plain.digest == one("{probe: 'http://h/', interval: 30s, rise: 9}").digest


def test_a_quorum_can_be_reached():
    expect(
        "gslb: 1\nmonitors: {§m: {probe: 'tcp://:1', quorum: 2}}\n",
        "quorum: 2 of 1 vantages can never be | write majority, or add vantages",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{probe: http://h/, interval: §30}", "interval: 30 has no unit | write 30s"),
        ("{probe: http://h/, interval: §[5s]}", "interval: one word is expected here, no list or map"),
        ("{probe: http://h/, interval: '§'}", "interval: nothing is written here"),
        ("{probe: http://h/, timeout: §20s}", "timeout is above interval | a probe ends before the next begins"),
        ("{probe: http://h/, rise: §0}", "rise: 0 is no whole number from 1 to 1000000"),
        ("{probe: http://h/, initial: §upp}", "initial: upp is unknown | did you mean up?"),
    ],
)
def test_a_time_written_wrong_is_told_where_and_what_to_write(line, message):
    expect(f"gslb: 1\nmonitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n", message)
