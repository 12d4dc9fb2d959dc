"""Vantages that lose their say: told once in the journal and the chronicle, and published for whoever looks."""

import pytest

from gslb.control import ChangeKind, Heard, Stored
from gslb.control.absences import changes, lines, turned
from gslb.health import Absence, Lack, Observation
from gslb.model import sentinels
from kit.judging import REGIONAL, WALL, Play, built

GUARDED = REGIONAL.replace("regions:", "sentinels: [tcp://192.0.2.250:53]\nregions:", 1)
SILENT, ALONE = Absence("eu", Lack.SILENT, "never heard"), Absence("eu", Lack.ALONE, "alone it sees 3 of 4 checks fail")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    return built(GUARDED, tmp_path_factory.mktemp("guarded"))


def ask_sentinels(play, sequence, *, ok):
    said = "connected" if ok else "connect timeout"
    return play.step(
        Heard(
            tuple(
                Observation("ns1", 7, sequence, check, monitor.digest, ok, said, play.now)
                for check, monitor in sentinels(play.judging.model).items()
            )
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {}, {}),
        ({}, {"eu": SILENT}, {"eu": SILENT}),
        ({"eu": SILENT}, {"eu": SILENT}, {}),
        ({"eu": SILENT}, {"eu": ALONE}, {"eu": ALONE}),
        ({"eu": ALONE}, {"eu": Absence("eu", Lack.ALONE, "alone it sees 4 of 4 checks fail")}, {}),
        ({"eu": SILENT}, {}, {"eu": None}),
    ],
)
def test_what_turned_is_what_is_lacked_and_not_how_it_is_said(before, after, found):
    assert turned(before, after) == found


def test_a_turn_is_a_line_and_a_change():
    (line,) = lines({"eu": SILENT})
    assert (line.event, dict(line.fields)) == ("vantage", {"vantage": "eu", "state": "silent", "reason": "never heard"})
    (back,) = lines({"eu": None})
    assert dict(back.fields) == {"vantage": "eu", "state": "votes"}

    (change,) = changes({"eu": SILENT}, 7.0)
    assert (change.at, change.kind, change.subject) == (7.0, ChangeKind.SILENT, "eu")
    assert change.data == {"state": "silent", "reason": "never heard"}
    (gone,) = changes({"eu": None}, 8.0)
    assert gone.data is None


def test_a_vantage_that_abstains_is_told_and_published_and_nothing_is_answered_otherwise(guarded):
    play = Play(guarded)
    play.all_up()
    generation = play.belief.generation

    effects = ask_sentinels(play, 1, ok=False)

    assert play.told("vantage") == [
        {
            "vantage": "ns1",
            "state": "abstains",
            "reason": "reaches none of its sentinels: tcp://192.0.2.250:53 connect timeout",
        }
    ]
    assert [(one.kind, one.subject, one.at) for one in effects.changes if one.kind is ChangeKind.SILENT] == [
        (ChangeKind.SILENT, "ns1", play.wall)
    ]
    assert play.belief.generation == generation + 1
    assert play.belief.absences["ns1"].lack is Lack.CUT_OFF
    play.kill("web/eu-west")
    assert play.answer("www") == ["192.0.2.1"]

    ask_sentinels(play, 2, ok=True)
    ask_sentinels(play, 3, ok=True)
    assert play.told("vantage")[-1] == {"vantage": "ns1", "state": "votes"}
    assert play.belief.absences == {}
    play.now += 1.0
    play.kill("web/eu-west")
    assert play.answer("www") == ["192.0.2.2"]


def test_a_prober_that_dies_is_told_after_three_intervals(guarded):
    play = Play(guarded)
    play.all_up()

    play.wait(11.8)
    assert play.told("vantage") == []
    play.wait(0.2)
    assert [one["state"] for one in play.told("vantage")] == ["silent"]


def test_a_prober_that_never_comes_is_told_too(guarded):
    play = Play(guarded, Stored())
    play.step()

    play.wait(12.0)

    assert [one["reason"] for one in play.told("vantage")] == ["never heard"]
    assert play.wall > WALL
