"""load: weighted until something is carried by a factor, and `explain` tells why."""

import pytest

from gslb.image import Constant, Draw
from gslb.model import Common, Load
from gslb.policy import Carried, Memory, carry_key, choose
from gslb.policy.load import PARTS
from kit.trees import an_ask as ask
from kit.trees import leaf, verdict

EU, US = leaf("web/eu-west", "up", number=1), leaf("web/us-east", "up", number=2)
NODE = Load(Common("feed"), ((1, EU), (3, US)))


def carrying(loads=None, down=()):
    verdicts = {check: verdict(check, up=one not in down) for one in (EU, US) for check in one.checks(ask().family)}
    return ask(verdicts=verdicts, memory=Memory(loads=loads or {}))


def shares(choice):
    match choice:
        case Constant(outcome):
            return {outcome.leaves[0].path: 1.0}
        case Draw(parts):
            whole = sum(weight for weight, _ in parts)
            return {part.outcome.leaves[0].path: weight / whole for weight, part in parts}


def why(choice):
    outcome = choice.outcome if isinstance(choice, Constant) else choice.parts[0][1].outcome
    return next(reason.text for reason in outcome.why if reason.kind == "load")


def test_with_nothing_carried_it_is_weighted():
    choice = choose(NODE, carrying())

    assert shares(choice) == {"web/eu-west": 0.25, "web/us-east": 0.75}
    assert why(choice) == "web/eu-west 1, web/us-east 3"


def test_what_is_carried_moves_the_weights_and_says_so():
    loads = {carry_key(NODE, EU): Carried(0.5, 0.91), carry_key(NODE, US): Carried(1.0, 0.55)}
    choice = choose(NODE, carrying(loads))

    assert shares(choice) == pytest.approx({"web/eu-west": 1 / 7, "web/us-east": 6 / 7})
    assert "eu-west 1, 91% of capacity: takes 57% of its share" in why(choice)
    assert "us-east 3, 55% of capacity: takes 114% of its share" in why(choice)


def test_one_that_is_down_takes_nothing_whatever_is_carried():
    loads = {carry_key(NODE, US): Carried(0.01, 2.0), carry_key(NODE, EU): Carried(1.0, 0.2)}

    assert shares(choose(NODE, carrying(loads, down=(EU,)))) == {"web/us-east": 1.0}


def test_the_least_factor_still_is_a_weight():
    loads = {carry_key(NODE, EU): Carried(0.0, 9.0), carry_key(NODE, US): Carried(1.0, 0.2)}

    assert shares(choose(NODE, carrying(loads)))["web/eu-west"] == pytest.approx(1 / (1 + 3 * PARTS))
