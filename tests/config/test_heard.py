"""Monitors that nobody probes, as written."""

import pytest

from gslb.model import Secret
from kit.language import expect, model


def one(line, defaults=""):
    return model(f"gslb: 1\n{defaults}monitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n").monitors["m"]


def test_push_has_a_grace_as_long_as_its_beat_unless_told():
    assert one("{push: file:beat, every: 10s}").grace == 10
    assert one("{push: env:BEAT, every: 10s, grace: 25s, initial: down}").grace == 25
    assert one("{push: env:BEAT, every: 10s}").token == Secret("env", "BEAT")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{push: file:b, every: §}", "every: nothing is written here"),
        ("§{push: file:b}", "every: is missing"),
        ("{push: §secret, every: 1s}", "push: a secret is never written here | write file:PATH or env:NAME"),
    ],
)
def test_a_heartbeat_written_wrong_is_told_where_and_what_to_write(line, message):
    expect(f"gslb: 1\nmonitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n", message)
