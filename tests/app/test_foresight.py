"""What is asked of the future is read in words, and answered with the demand that is known of that hour."""

import json
from pathlib import Path

import pytest
from aiohttp import web

from gslb.app.foresight import BARE, Question, foresee, foreseen, healthy, hour, learnt, read, simulated
from gslb.app.refusals import Asked
from gslb.foresight import Demand, Hypothesis, PerAnswer, Source
from gslb.model import Faults
from gslb.nameserver import View
from kit.worlds import WALL, all_up, world

SITE = """\
gslb: 1
listen: 127.0.0.1:5300
regions:
  eu-west: {at: FRA, capacity: 20/s}
  eu-north: {at: ARN, capacity: 6/s}
  us-east: {at: IAD}
monitors:
  ready: {probe: "http://www.example.com/ready", interval: 4s, timeout: 2s, confirm_interval: 1s, fall: 2, rise: 2}
pools:
  web: {monitor: ready, endpoints: {eu-west: 192.0.2.1, eu-north: 192.0.2.2, us-east: 192.0.2.3}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {ttl: 30s, geo: {eu: {latency: web, in: [eu-west, eu-north], fence: true}, default: {latency: web}}}
      api: {ttl: 60s, failover: [web/eu-west, web/us-east], failback: manual}
"""
BODY = {"down": ["eu-west"], "drain": [], "off": [], "at": None, "peak": False, "requests": None, "whole": None}


@pytest.fixture(scope="module")
def view():
    of = world(SITE)
    return View(of, all_up(of))


def watched(at, rate, seconds=600):
    """Demand from Germany at a steady rate."""
    demand = Demand(at)
    for second in range(0, seconds, 10):
        demand.see(Source("www.example.com.", "A", "DE"), "DE", rate * 10, at + second + 5)
        demand.tick(at + second + 10)
    return demand


def regions(found):
    return {one["region"]: (one["before"], one["after"], one["overloaded"]) for one in found["regions"]}


async def test_a_request_is_answered_with_what_was_learnt(view, monkeypatch):
    demand = watched(WALL, 10.0)
    monkeypatch.setattr("gslb.app.foresight.time.time", lambda: WALL + 600)

    found = await simulated(Asked({"down": ["eu-west"], "requests": 2}), view, demand)

    json.dumps(found, allow_nan=False)
    assert regions(found) == {
        "eu-west": (pytest.approx(20, rel=0.05), 0.0, False),
        "eu-north": (0.0, pytest.approx(20, rel=0.05), True),
        "us-east": (0.0, 0.0, False),
    }
    assert found["demand"] == "at the present rate"
    assert found["troubles"] == [
        f"eu clients are fenced: eu-north would carry {found['carriers'].split()[1]} of 6/s capacity"
    ]
    assert found["shifts"][0]["fence"] == "eu"
    assert found["stale"]["honest"] == pytest.approx(39)
    assert found["known"]


async def test_what_balancers_count_is_what_an_answer_stands_for(view, monkeypatch):
    demand = watched(WALL, 10.0)
    monkeypatch.setattr("gslb.app.foresight.time.time", lambda: WALL + 600)
    each = PerAnswer(40.0, ("eu-west",))

    counted = await simulated(Asked({}), view, demand, each)
    said = await simulated(Asked({"requests": 3}), view, demand, each)
    bare = await simulated(Asked({}), view, demand)

    assert counted["rate"] == pytest.approx(40 * bare["rate"])
    assert "each answer stands for 40 requests, as balancers in eu-west count now" in counted["notes"]
    assert said["rate"] == pytest.approx(3 * bare["rate"])
    assert bare["notes"] == [BARE]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"down": ["eu-wets"]}, "unknown path eu-wets: did you mean eu-west"),
        ({"off": ["nothing/at/all"]}, "unknown path nothing/at/all: write a region"),
        ({"down": "eu-west"}, "down has to be a list of texts"),
        ({"requests": 0}, "requests has to be a number above zero"),
    ],
)
def test_what_cannot_be_understood_is_refused(view, body, said):
    with pytest.raises(web.HTTPBadRequest) as refused:
        read(Asked(body), view.world.model)

    assert json.loads(refused.value.text)["error"].startswith(said)


def test_a_moment_is_asked_of_its_hour_of_the_week(view):
    demand = watched(WALL, 10.0)
    here = Question(Hypothesis(), at=WALL + 300)

    same = learnt(demand, here, view.world, WALL + 600)
    tomorrow = learnt(demand, Question(Hypothesis(), at=WALL + 86_400), view.world, WALL + 600)
    later = learnt(demand, Question(Hypothesis(), at=WALL + 7_200), view.world, WALL + 600)
    peak = learnt(demand, Question(Hypothesis(), peak=True), view.world, WALL + 600)

    assert same.words == "at the rate of Tue 22:00 UTC"
    assert sum(one.rate for one in same.streams) == pytest.approx(10.0)
    assert tomorrow.words == "at the rate of Wed 22:00 UTC"
    assert "of Wed 22:00 UTC nothing is known yet: the mean of other days stands for it" in tomorrow.notes
    assert later.words == "at the present rate"
    assert any("nothing is known yet of Wed 00:00 UTC" in note for note in later.notes)
    assert peak.words == "at the rate of Tue 22:00 UTC, the busiest hour known"


def test_without_demand_it_is_assumed_and_capacities_are_not_looked_at(view):
    question = Question(Hypothesis(down=("eu-west",)))
    wanted = learnt(Demand(WALL), question, view.world, WALL + 1)
    found = foresee(view, question, wanted)

    assert not wanted.known
    assert found["troubles"] == []
    assert found["rate"] == pytest.approx(100.0)
    assert {one["capacity"] for one in found["regions"]} == {None}

    scaled = learnt(Demand(WALL), Question(question.hypothesis, whole=1_000.0), view.world, WALL + 1)
    assert scaled.known
    assert foresee(view, question, scaled)["troubles"]


def test_safety_rules_have_a_say():
    rules = "{keep: 3, of: [eu-west, eu-north, us-east]}, {keep: 1, of: [web/eu-west, web/us-east]}"
    of = world(f"{SITE}safety: [{rules}]\n")
    question = Question(Hypothesis(drain=("eu-west",)))
    found = foresee(View(of, all_up(of)), question, learnt(Demand(WALL), question, of, WALL + 1))

    assert found["rules"] == [
        {"text": "keep 3 of 3: only eu-north, us-east would be left", "broken": True},
        {"text": "keep 1 of 2: ok", "broken": False},
    ]
    assert found["troubles"] == ["a safety rule forbids it: keep 3 of 3: only eu-north, us-east would be left"]


def test_what_would_stay_with_a_second_choice_is_told(view):
    question = Question(Hypothesis(down=("eu-west",)))
    found = foresee(view, question, learnt(Demand(WALL), question, view.world, WALL + 1))

    assert ("api.example.com.", "web/us-east", None) in {
        (one["name"], one["child"], one["after"]) for one in found["latched"]
    }


@pytest.mark.parametrize(("slot", "text"), [(0, "Mon 00:00 UTC"), (167, "Sun 23:00 UTC"), (26, "Tue 02:00 UTC")])
def test_an_hour_of_the_week_is_said_as_people_do(slot, text):
    assert hour(slot) == text


def test_a_configuration_can_be_asked_without_a_node(tmp_path):
    (tmp_path / "gslb.yaml").write_text(SITE)
    (tmp_path / "demand.csv").write_text("name,clients,rate\nwww,DE,13.1/s\nwww,US,4/s\n")

    def asked(demand, **changes):
        csv = str(tmp_path / demand) if demand else None
        return foreseen(
            str(tmp_path / "gslb.yaml"),
            csv,
            BODY | changes,
            lambda path: Path(path).read_text(),
            lambda path: [path],
            WALL,
        )

    found = asked("demand.csv")

    assert regions(found)["eu-north"] == (0.0, pytest.approx(13.1), True)
    assert regions(found)["us-east"] == (pytest.approx(4.0), pytest.approx(4.0), False)
    assert not asked(None)["known"]
    with pytest.raises(ValueError, match="unknown path eu-wets"):
        asked(None, down=["eu-wets"])
    (tmp_path / "bad.csv").write_text("name,clients,rate\nwwx,DE,13.1/s\n")
    with pytest.raises(Faults, match="wwx is no steered name"):
        asked("bad.csv")


def test_in_a_file_everything_is_up():
    of = world(SITE)

    assert all(verdict.up and verdict.known for verdict in healthy(of, WALL).belief.verdicts.values())
