"""What is supposed becomes what the judge would believe, and nothing besides."""

import pytest

from gslb.foresight.hypothesis import Hypothesis, concerned, known_paths, supposed
from gslb.health import Standing
from gslb.model import Check
from gslb.nameserver import Belief
from kit.worlds import WALL, all_up, large, world

SITE = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu: {}, us: {}}
monitors:
  ready: {probe: "http://www.example.com/ready"}
  beat: {push: "file:t", every: 10s, grace: 25s}
  both: {push: "file:t", every: 10s, grace: 25s}
  quiet: {metric: 'errors{region="$region"}', at: "http://prom.example.net:9090", up: "< 0.05", no_data: up}
  known: {metric: 'live{region="$region"}', at: "http://prom.example.net:9090", up: "> 0", no_data: down}
  site: {all: [ready, both]}
  either: {any: [ready, quiet]}
pools:
  web: {monitor: site, endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}
  api: {monitor: either, endpoints: {eu: 192.0.2.11, us: 192.0.2.12}}
  log: {monitor: known, endpoints: {eu: 192.0.2.21, us: 192.0.2.22}}
  own: {monitor: beat, endpoints: {eu: 192.0.2.31}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {www: web, api: api, log: log, own: own}
"""


@pytest.fixture(scope="module")
def of():
    return world(SITE)


def turned(of, belief, **words):
    """What stands otherwise once it happened: check to up."""
    after = supposed(belief, of.model, Hypothesis(**words))
    return {
        str(check): verdict.up for check, verdict in after.verdicts.items() if verdict != belief.verdicts.get(check)
    }


def test_probes_of_a_dead_region_fail_and_what_follows_from_them(of):
    assert turned(of, all_up(of), down=("eu",)) == {
        str(Check("ready", "web/eu", "192.0.2.1")): False,
        str(Check("site", "web/eu", "192.0.2.1")): False,
        str(Check("ready", "api/eu", "192.0.2.11")): False,
        str(Check("known", "log/eu", "192.0.2.21")): False,
        str(Check("beat")): False,
    }


def test_a_heartbeat_goes_on_while_somebody_lives_who_hangs_on_it(of):
    assert str(Check("both")) not in turned(of, all_up(of), down=("eu",))
    assert turned(of, all_up(of), down=("eu", "us"))[str(Check("both"))] is False


def test_what_is_down_already_does_not_turn(of):
    belief = all_up(of, frozenset({"web/eu"}))

    assert str(Check("ready", "web/eu", "192.0.2.1")) not in turned(of, belief, down=("web/eu",))


def test_who_was_never_heard_of_is_down_if_dead(of):
    found = turned(of, Belief(wall=WALL), down=("log/eu",))

    assert found == {str(Check("known", "log/eu", "192.0.2.21")): False}


def test_words_are_an_operators(of):
    after = supposed(all_up(of), of.model, Hypothesis(drain=("eu",), off=("web/us",)))

    assert {path: one.standing for path, one in after.overrides.items()} == {
        "eu": Standing.DRAIN,
        "web/us": Standing.OFF,
    }
    assert after.verdicts == all_up(of).verdicts


def test_a_path_stands_for_all_endpoints_below_it():
    model = large().model

    assert concerned(model, ("many/eu-west", "cdn")) == {
        "many/eu-west/a",
        "many/eu-west/b",
        "many/eu-west/c",
        "cdn/us-east",
    }
    assert {"eu-west", "web", "web/eu-west", "many/eu-west", "many/eu-west/a"} <= {*known_paths(model)}
    assert "www" not in known_paths(model)
