"""`gslb top`: what is busy, as a person reads it."""

import io
import json

import pytest
from rich.console import Console

from gslb.cli import main
from gslb.cli.top import rate, share, table
from kit.unix_node import unix_node

FOUND = {
    "packets": 1_200.0,
    "one_in": 6,
    "names": [
        {"name": "www.example.com.", "type": "A", "resolvers": 5_120, "rate": 900.0, "over": 1.0},
        {"name": "\x1b[2Japi.example.com.", "type": "AAAA", "resolvers": 0, "rate": 12.34, "over": 0.0},
    ],
    "resolvers": [{"resolver": "192.0.2.1", "rate": 600.0, "over": 0.0}],
    "places": [{"place": "DE AS64500", "rate": 300.0, "over": 0.0}],
    "regions": [{"region": "eu-west", "rate": 700.0}],
}
QUIET = {"packets": 0.0, "one_in": 1, "names": [], "resolvers": [], "places": [], "regions": []}


def printed(found):
    out = io.StringIO()
    Console(file=out, width=120).print(table(found))
    return [line.split() for line in out.getvalue().splitlines() if line.strip()]


def test_names_come_with_their_share_and_their_resolvers():
    lines = printed(FOUND)

    assert lines[0] == ["1,200", "queries/s,", "of", "which", "one", "in", "6", "is", "looked", "at"]
    assert ["eu-west", "700"] in lines
    assert ["www.example.com.", "A", "900", "75%", "~5,120"] in lines
    assert ["192.0.2.1", "600", "50%", "DE", "AS64500", "300", "25%"] in lines


def test_a_name_cannot_write_to_the_terminal():
    assert ["\\x1b[2Japi.example.com.", "AAAA", "12.3", "1%", "few"] in printed(FOUND)


def test_a_quiet_node_has_nothing_to_tell():
    assert printed(QUIET)[0] == ["0.0", "queries/s"]


@pytest.mark.parametrize(("value", "text"), [(0.04, "0.0"), (99.96, "100.0"), (100, "100"), (123_456.7, "123,457")])
def test_rates_have_three_digits_or_so(value, text):
    assert rate(value) == text


def test_a_share_is_never_more_than_all():
    assert (share(120, 100), share(1, 0)) == ("100%", "")


def test_it_asks_the_node(tmp_path, capsys):
    with unix_node(tmp_path / "control.sock", lambda *_: (200, FOUND)) as asked:
        assert main(["top", "--json", "--count", "3", "--state", str(tmp_path)]) == 0
        assert json.loads(capsys.readouterr().out) == FOUND
        assert main(["top", "--once", "--state", str(tmp_path)]) == 0

    assert "www.example.com." in capsys.readouterr().out
    assert [target for _, target, _ in asked] == ["/v1/top?count=3", "/v1/top?count=10"]


def test_a_node_that_is_not_there_is_said_so(tmp_path, capsys):
    assert main(["top", "--once", "--state", str(tmp_path)]) == 1
    assert "is `gslb serve` running" in capsys.readouterr().err


def test_a_count_is_a_number_of_lines(capsys):
    with pytest.raises(SystemExit):
        main(["top", "--count", "0"])
    assert "0 is not between 1 and 500" in capsys.readouterr().err
