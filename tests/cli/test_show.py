"""gslb show: what is written or in effect, and where."""

from pathlib import Path

from gslb.cli import main

SAMPLE = str(Path(__file__).parents[2] / "zones" / "smallest.yaml")
URL = "http://www.example.com/health"


def shown(capsys, *args):
    status = main(["show", "--config", SAMPLE, *args])
    return status, capsys.readouterr()


def test_full_shows_every_value_and_where_it_comes_from(capsys):
    status, said = shown(capsys, "--full", URL)

    assert status == 0
    assert [line.split() for line in said.out.splitlines()][:4] == [
        ["monitor", URL, f"{SAMPLE}:6:14"],
        ["probe", URL, f"{SAMPLE}:6:14"],
        ["method", "GET", "default"],
        ["status", "200-399", "default"],
    ]


def test_without_full_only_what_is_written_is_shown(capsys):
    status, said = shown(capsys, "www")

    assert status == 0
    assert "default" not in said.out
    assert "web/spare" in said.out


def test_a_name_that_is_not_there_is_wrong_input(capsys):
    status, said = shown(capsys, "wbe")

    assert status == 2
    assert said.err == "there is nothing called wbe (did you mean web?)\n"
