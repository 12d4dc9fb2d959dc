"""Incidents are read from the chronicle phase by phase, however many endpoints fall, in whatever order they return."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.control import Recorded, publication_change
from gslb.history import Incidents
from kit.judging import REGIONAL, Play, built


@pytest.fixture(scope="module")
def regional(tmp_path_factory):
    return built(REGIONAL, tmp_path_factory.mktemp("regional"))


class Told(Play):
    """A judge whose chronicle is followed while it is written."""

    def __init__(self, of):
        self.incidents, self._count = Incidents(), 0
        super().__init__(of)

    def step(self, *events):
        effects = super().step(*events)
        changes = effects.changes
        if effects.belief is not None:
            changes.append(publication_change(effects.belief, effects.touched, "d", changes, self.wall + 0.01))
        rows = [Recorded(self._count + number, change) for number, change in enumerate(changes, 1)]
        self._count += len(rows)
        self.incidents.follow(rows)
        return effects


@pytest.fixture
def play(regional):
    play = Told(regional)
    play.all_up()
    return play


def test_a_first_verdict_is_no_incident(play):
    assert play.incidents.all() == ()


def test_the_phases_of_a_fall_follow_each_other(play):
    play.now += 10
    began = play.wall
    play.probe("web/eu-west", ok=False)
    play.now += 1
    play.probe("web/eu-west", ok=False)

    (incident,) = play.incidents.all()
    assert incident.endpoints == ("web/eu-west",)
    assert (incident.reason, incident.votes) == ("connect timeout", (0, 1))
    assert (incident.seen, incident.suspect, incident.verdict) == (began, began, began + 1)
    assert incident.published == began + 1.01
    assert incident.generation == f"1/{play.belief.generation}"
    assert incident.back is None


def test_it_is_over_when_all_of_it_is_back(play):
    play.kill("web/eu-west")
    play.now += 5
    play.kill("shop/eu-west")
    play.revive("web/eu-west")
    (incident,) = play.incidents.all()
    assert incident.endpoints == ("web/eu-west", "shop/eu-west")
    assert incident.back is None

    play.revive("shop/eu-west")
    assert play.incidents.all()[0].back == play.wall


def test_a_wavering_that_came_to_nothing_is_not_the_beginning_of_the_next_fall(play):
    play.now += 10
    play.probe("web/eu-west", ok=False)
    play.now += 1
    play.probe("web/eu-west", ok=True)
    play.now += 100
    play.kill("web/eu-west")

    (incident,) = play.incidents.all()
    assert incident.seen == play.wall - 1


def test_what_falls_much_later_is_another_incident(play):
    play.kill("web/eu-west")
    play.now += 60
    play.kill("web/us-east")

    assert [one.endpoints for one in play.incidents.all()] == [("web/eu-west",), ("web/us-east",)]


def test_of_very_many_the_oldest_go(play):
    play.incidents.most = 2
    for endpoint in ("web/eu-west", "web/us-east", "shop/eu-west", "shop/us-east"):
        play.kill(endpoint)
        play.now += 60

    assert [one.endpoints for one in play.incidents.all()] == [("shop/eu-west",), ("shop/us-east",)]


@given(st.lists(st.tuples(st.sampled_from(["kill", "revive"]), st.sampled_from(["web/eu-west", "shop/us-east"]))))
@settings(max_examples=40)
def test_phases_are_in_order_and_whatever_is_down_is_in_an_incident(regional, moves):
    play = Told(regional)
    play.all_up()
    for move, endpoint in moves:
        getattr(play, move)(endpoint)
        play.now += 7

    found = play.incidents.all()
    for one in found:
        assert one.seen <= (one.suspect or one.verdict) <= one.verdict <= one.latest
        assert one.verdict < one.published
        assert one.back is None or one.back > one.latest
    down = {check.endpoint for check, verdict in play.judging.verdicts.items() if not verdict.up}
    assert down == {path for one in found if one.back is None for path in one.endpoints} & down
