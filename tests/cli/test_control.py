"""`gslb control`: listed, and switched together."""

import pytest

from gslb.cli import main
from kit.unix_node import unix_node

LISTED = [
    {"name": "eu-west", "on": False, "at": 1_796_266_800.0, "author": "ann", "why": "INC-1", "note": ""},
    {"name": "master", "on": True, "at": None, "author": "", "why": "", "note": "ask the lead"},
]


def test_controls_are_listed_with_who_and_why(tmp_path, capsys):
    with unix_node(tmp_path / "judge.sock", lambda *_: (200, LISTED)):
        assert main(["control", "--state", str(tmp_path)]) == 0

    assert capsys.readouterr().out == (
        "eu-west  OFF  since 2026-12-03 03:00Z by ann: INC-1\nmaster   on   ask the lead\n"
    )


def test_without_any_it_says_how_to_have_one(tmp_path, capsys):
    with unix_node(tmp_path / "judge.sock", lambda *_: (200, [])):
        assert main(["control", "--state", str(tmp_path)]) == 0

    assert "routing_controls:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "controls"),
    [
        (["eu-west", "off"], {"eu-west": "off"}),
        (["web/eu-west", "on"], {"web/eu-west": "on"}),
        (["eu-west=off", "us-east=on"], {"eu-west": "off", "us-east": "on"}),
    ],
)
def test_one_is_switched_or_several_at_once(tmp_path, words, controls):
    with unix_node(tmp_path / "judge.sock", lambda *_: (200, {"done": "done"})) as asked:
        assert main(["control", *words, "--state", str(tmp_path)]) == 0

    ((method, target, body),) = asked
    assert (method, target, body["controls"]) == ("POST", "/v1/control", controls)


@pytest.mark.parametrize("words", [["eu-west"], ["eu-west", "maybe"], ["eu-west=maybe"], ["=on"], ["a", "b", "off"]])
def test_what_is_no_switch_is_refused(tmp_path, capsys, words):
    assert main(["control", *words, "--state", str(tmp_path)]) == 1
    assert "write NAME on" in capsys.readouterr().err


def test_a_node_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["control", "--state", str(tmp_path)]) == 1
    assert "is `gslb serve` running" in capsys.readouterr().err
