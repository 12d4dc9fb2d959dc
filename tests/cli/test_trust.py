"""What is said of those who watch."""

import pytest

from gslb.cli.trust import trust
from kit.language import model

ONE = "note: one vantage (this node): a fault here looks like a fault there. Add vantages."
FREEZE = "note: no sentinels: cut off, it takes all down; with sentinels: [https://ADDRESS/] all freezes."
MONITOR = "monitors: {up: {probe: 'tcp://:1', fall: FALL, interval: 5s, timeout: 1s, confirm_interval: 1s}}\n"
SENTINELS = "sentinels: https://192.0.2.250/\n"
VANTAGES = "vantages: {here: {}, there: {token: file:t}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", [ONE]),
        (MONITOR, [ONE, FREEZE]),
        (MONITOR + SENTINELS, [ONE]),
        (MONITOR + VANTAGES, []),
        (MONITOR + VANTAGES + SENTINELS, []),
    ],
    ids=["nothing is watched", "one", "one with sentinels", "two", "two with sentinels"],
)
def test_what_a_single_vantage_costs_is_said(text, said):
    assert list(trust(model("gslb: 1\n" + text.replace("FALL", "3")))) == said


def test_a_monitor_that_is_quicker_than_sentinels_is_named():
    (said,) = trust(model("gslb: 1\n" + (MONITOR + VANTAGES + SENTINELS).replace("FALL", "2")))

    assert said.startswith("note: up may be down for a moment before sentinels tell that a vantage is cut off")
