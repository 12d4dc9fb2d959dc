"""An operator's words on the command line: what is asked of the judge, and what is printed."""

import pytest

from gslb.cli import main
from kit.unix_node import unix_node


@pytest.fixture
def judge(tmp_path):
    with unix_node(tmp_path / "judge.sock", lambda *_: (200, {"done": "so it is"})) as asked:
        yield asked


@pytest.mark.parametrize(
    ("words", "target", "body"),
    [
        (
            ["drain", "web/eu-west", "--why", "CHG-1", "--for", "2h"],
            "/v1/override",
            {"word": "drain", "for": 7200.0, "why": "CHG-1"},
        ),
        (["off", "eu-west"], "/v1/override", {"word": "off", "for": None, "force": False}),
        (["off", "eu-west", "--force"], "/v1/override", {"word": "off", "force": True}),
        (["up", "web"], "/v1/override", {"word": "up", "force": False}),
        (["auto", "web"], "/v1/clear", {"path": "web"}),
        (["off", "--clear", "eu-west"], "/v1/clear", {"path": "eu-west"}),
        (["off", "eu-west", "--until", "undone"], "/v1/override", {"word": "off", "path": "eu-west"}),
        (["drain", "eu-west", "us-east"], "/v1/override", {"path": ["eu-west", "us-east"]}),
        (["drain", "web", "--ramp", "10m"], "/v1/override", {"ramp": 600.0, "for": None}),
        (["undrain", "web", "--ramp", "15m"], "/v1/undrain", {"path": "web", "ramp": 900.0}),
        (["cancel", "d-17", "--why", "CHG-2"], "/v1/cancel", {"id": "d-17", "why": "CHG-2"}),
    ],
)
def test_each_word_says_what_it_means(judge, tmp_path, capsys, words, target, body):
    assert main([*words, "--state", str(tmp_path)]) == 0

    ((method, asked_target, asked),) = judge
    assert (method, asked_target) == ("POST", target)
    assert {key: asked[key] for key in body} == body
    assert capsys.readouterr().out == "so it is\n"


def test_a_refusal_goes_to_standard_error(tmp_path, capsys):
    with unix_node(tmp_path / "judge.sock", lambda *_: (409, {"error": "unknown path wbe"})):
        assert main(["off", "wbe", "--state", str(tmp_path)]) == 1

    assert "unknown path wbe" in capsys.readouterr().err


def test_a_node_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["drain", "web", "--state", str(tmp_path)]) == 1
    assert "is `gslb serve` running" in capsys.readouterr().err


def test_a_plan_is_asked_for_by_the_wall_clock(judge, tmp_path):
    words = ["drain", "eu-west", "--at", "2040-12-03 04:00 Europe/Berlin", "--until", "06:00 Europe/Berlin"]
    assert main([*words, "--state", str(tmp_path)]) == 0

    ((_, _, body),) = judge
    assert body["begins"] == 2_238_116_400.0
    assert body["until"] == body["begins"] + 7_200


def test_a_time_without_a_zone_is_refused_before_anybody_is_asked(judge, tmp_path, capsys):
    assert main(["drain", "eu-west", "--at", "04:00", "--state", str(tmp_path)]) == 1

    assert 'write "04:00 Europe/Berlin" or 04:00Z' in capsys.readouterr().err
    assert not judge


@pytest.mark.parametrize(
    "words", [["drain", "web", "--ramp", "10"], ["undrain", "web", "--ramp", "10"], ["off", "web", "--for", "10"]]
)
def test_a_duration_without_a_unit_is_refused_before_anybody_is_asked(judge, tmp_path, capsys, words):
    with pytest.raises(SystemExit) as ended:
        main([*words, "--state", str(tmp_path)])

    assert ended.value.code == 2
    assert "10 has no unit; write 10s" in capsys.readouterr().err
    assert not judge
