"""From what balancers report to answers: the judge moves the weights, publishes it, and keeps it over a restart."""

import pytest

from gslb.control import Adopted, Reported, Said
from gslb.control.loads import FRESH
from gslb.geo import NOWHERE
from gslb.health import BalancerReport, Standing
from gslb.image import Constant, Draw
from gslb.model import Family
from gslb.policy import Ask, choose
from kit.judging import Play, built, stored, word

TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu: {}, us: {}}
pools: {web: {endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}
balancers: {edge: {serves: web, token: file:t}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      feed: {ttl: 10s, load: web}
      also: {ttl: 10s, failover: [{alias: feed}]}
      other: {ttl: 10s, weighted: web}
"""


class Region:
    """A balancer of the plant: says what it uses when it is told to."""

    def __init__(self, name, capacity):
        self.name, self.capacity, self.sequence = name, capacity, 0

    def says(self, play, requests):
        self.sequence += 1
        return Reported(
            BalancerReport(
                f"edge/{self.name}",
                f"web/{self.name}",
                7,
                self.sequence,
                play.now,
                4,
                4,
                requests=requests,
                capacity=self.capacity,
            )
        )


def shares(play, name="feed"):
    """Of which share of clients each endpoint is the answer."""
    tree = play.judging.model.trees[f"{name}.example.com."]
    belief = play.belief
    match choose(tree, Ask(Family.V4, NOWHERE, belief.verdicts, belief.overrides, belief.memory, play.wall, 0)):
        case Constant(outcome):
            return {outcome.leaves[0].path: 1.0}
        case Draw(parts):
            whole = sum(weight for weight, _ in parts)
            return {part.outcome.leaves[0].path: weight / whole for weight, part in parts}


@pytest.fixture
def play(tmp_path):
    found = Play(built(TEXT, tmp_path))
    found.now += 6
    found.step()
    return found


def overload(play, seconds=120, demand=2_000.0, eu=None):
    """Regions with capacities 800 and 4,000 report as they are loaded, second by second."""
    eu, us = eu or Region("eu", 800.0), Region("us", 4_000.0)
    for _ in range(seconds):
        play.now += 1.0
        carried = play.belief.memory.loads
        takes = {key.rpartition("/")[2]: one.factor for key, one in carried.items()} or {"eu": 1.0, "us": 1.0}
        whole = takes["eu"] + takes["us"]
        play.step(eu.says(play, demand * takes["eu"] / whole), us.says(play, demand * takes["us"] / whole))
    return eu


def test_a_region_above_high_water_sheds_and_explain_and_the_belief_agree(play):
    published = len(play.beliefs)
    overload(play)

    carried = play.belief.memory.loads
    assert set(carried) == {"feed.example.com.|web/eu", "feed.example.com.|web/us"}
    eu, us = (next(one for key, one in carried.items() if key.endswith(end)) for end in ("eu", "us"))
    assert us.factor == 1.0
    assert eu.factor / (eu.factor + us.factor) == pytest.approx(0.32, abs=0.03)  # 80% of 800 out of 2,000
    assert len(play.beliefs) - published < 25
    assert all("other.example.com." not in (touched or ()) for touched in play.touched[published:])
    assert {"feed.example.com.", "also.example.com."} <= set().union(*(one or () for one in play.touched[published:]))


def test_answers_follow(play):
    overload(play)

    assert shares(play)["web/eu"] == pytest.approx(0.32, abs=0.03)
    assert shares(play, "also") == shares(play)
    assert shares(play, "other")["web/eu"] == 0.5


def test_what_was_carried_stands_after_a_restart_and_fades_in_silence(play, tmp_path):
    overload(play)
    carried = play.belief.memory.loads

    again = Play(play.judging.built, stored(play.beliefs), now=play.now + 5)
    again.now += 6
    again.step()
    factors = [[one.factor for one in loads.values()] for loads in (again.belief.memory.loads, carried)]
    assert factors[0] == pytest.approx(factors[1], abs=0.05)
    again.wait(600)
    assert again.belief.memory.loads == {}
    assert again.effects.wake_at == float("inf")


def test_late_doubled_and_reordered_reports_move_nothing(play, tmp_path):
    other = Play(play.judging.built)
    other.now += 6
    other.step()
    calm = Region("eu", 800.0)
    old = [calm.says(play, 0.0) for _ in range(50)]
    for one in (play, other):
        region = Region("eu", 800.0)
        region.sequence = 100
        one.mess = old if one is other else []
        us = Region("us", 4_000.0)
        for _ in range(60):
            one.now += 1.0
            one.step(region.says(one, 1_000.0), us.says(one, 1_000.0), *one.mess)

    assert play.belief.memory.loads == other.belief.memory.loads != {}


def test_one_that_is_off_has_no_share_to_move(play):
    overload(play, 60)
    play.step(Said(word("web/eu", Standing.OFF, at=play.wall)))
    overload(play, 20)

    assert shares(play) == {"web/us": 1.0}


def test_a_node_that_is_no_more_is_forgotten(play, tmp_path):
    overload(play, 60)
    assert play.belief.memory.loads
    (tmp_path / "other").mkdir()
    play.step(Adopted(built(TEXT.replace("load: web", "weighted: web"), tmp_path / "other")))

    assert play.belief.memory.loads == {}


def test_requests_are_told_while_they_are_fresh(tmp_path):
    play = Play(built(TEXT, tmp_path))
    play.step(Region("eu", 100.0).says(play, 70.0))

    assert play.judging.requests(play.now) == {"web/eu": 70.0}
    assert play.judging.requests(play.now + FRESH) == {}


def test_what_was_said_last_is_told_with_its_age(play):
    overload(play, 3, demand=2_000.0 / 3)
    play.now += 2

    told = {one["name"]: one for one in play.judging.balancers(play.now)}
    assert set(told) == {"edge/eu", "edge/us"}
    assert told["edge/us"] == {
        "name": "edge/us",
        "endpoint": "web/us",
        "age": 2.0,
        "up": 4,
        "total": 4,
        "requests": pytest.approx(1_000.0 / 3),
        "errors": 0.0,
        "used": pytest.approx(1 / 12),
        "connections": 0,
    }
