"""The shares by weight alone, of whoever lives, in the first family that anybody does."""

import pytest

from gslb.model import Common, Family, Load
from gslb.policy import Carried, carried_shares, carry_key, plain_shares
from kit.trees import an_ask as ask
from kit.trees import leaf, verdict

EU, US = leaf("web/eu-west", "up", number=1, v6=True), leaf("web/us-east", "up", number=2)
NODE = Load(Common("feed"), ((1, EU), (3, US)))


def shares(*down):
    checks = [(one, family, check) for one in (EU, US) for family in Family for check in one.checks(family)]
    verdicts = {check: verdict(check, up=(one, family) not in down) for one, family, check in checks}
    found = plain_shares(NODE, ask(verdicts=verdicts))
    return {key.rpartition("/")[2]: share for key, share in found.items()}


def test_they_go_by_weight_among_the_living():
    assert shares() == {"eu-west": 0.25, "us-east": 0.75}
    assert shares((EU, Family.V4)) == {"us-east": 1.0}
    assert shares((EU, Family.V4), (US, Family.V4)) == {"eu-west": 1.0}  # by its other address
    assert shares((EU, Family.V4), (US, Family.V4), (EU, Family.V6)) == {}


def test_factors_move_them():
    plain = {carry_key(NODE, EU): 0.25, carry_key(NODE, US): 0.75}

    assert carried_shares(plain, {}) == plain
    moved = carried_shares(plain, {carry_key(NODE, US): Carried(1 / 3, 0.9)})
    assert list(moved.values()) == pytest.approx([0.5, 0.5])
