"""A rule that keeps some of many is asked of what words would leave."""

import pytest

from gslb.config import load
from gslb.foresight.keeping import rulings
from gslb.health import Standing
from kit.judging import word
from kit.worlds import WALL

SITE = """\
gslb: 1
regions: {eu-west: {}, eu-north: {}, us-east: {}}
pools:
  web: {endpoints: {eu-west: 192.0.2.1, eu-north: 192.0.2.2, us-east: 192.0.2.3}}
  api: {endpoints: {eu-west: 192.0.2.11, us-east: 192.0.2.13}}
safety:
  - {keep: 2, of: [eu-west, eu-north, us-east]}
  - {keep: 1, of: [api/eu-west, api/us-east], why: the database has two homes}
"""


@pytest.fixture(scope="module")
def model():
    return load("gslb.yaml", {"gslb.yaml": SITE}.__getitem__)


def words(*paths, standing=Standing.DRAIN):
    return {path: word(path, standing) for path in paths}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((), ("eu-north",), ["keep 2 of 3: ok"]),
        ((), ("eu-west",), ["keep 2 of 3: ok", "keep 1 of 2: ok"]),
        (("us-east",), ("us-east", "eu-north"), ["keep 2 of 3: only eu-west would be left"]),
        (
            ("api/us-east",),
            ("api/us-east", "api"),
            ["keep 1 of 2: only nothing would be left (the database has two homes)"],
        ),
        ((), ("web/eu-north",), ["keep 2 of 3: ok"]),
        ((), ("web/eu-west",), []),
        (("eu-west",), ("eu-west",), []),
    ],
)
def test_rules_that_are_touched_have_a_say(model, before, after, said):
    assert [str(one) for one in rulings(words(*before), words(*after), model, WALL)] == said


def test_a_word_that_keeps_it_up_takes_nothing_away(model):
    assert not [*rulings({}, words("eu-west", standing=Standing.UP), model, WALL)]
