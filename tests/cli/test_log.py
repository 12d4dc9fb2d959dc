"""`gslb log` prints sampled queries, newest last, for people and for jq."""

import json

import pytest

from gslb.app.line_ring import LineRing
from gslb.cli import main
from gslb.cli.log import shown

ONE = {
    "at": "2026-12-03T02:14:07.123Z",
    "name": "www.example.com.",
    "type": "A",
    "client": "203.0.113.0/24",
    "country": "DE",
    "asn": 64500,
    "generation": "5/12",
    "certain": True,
    "answer": ["192.0.2.10"],
    "ttl": 30,
    "ways": [{"share": 1.0, "path": ["geo eu", "failover web/eu"], "endpoints": ["web/eu"], "opened": ""}],
    "stands_for": 10.0,
}
DRAWN = ONE | {
    "name": "api.example.com.",
    "certain": False,
    "answer": None,
    "ttl": None,
    "ways": [
        {"share": 0.95, "path": ["weighted web"], "endpoints": ["web/eu"], "opened": ""},
        {"share": 0.05, "path": ["weighted canary"], "endpoints": ["canary/eu"], "opened": ""},
    ],
}


def test_a_line_says_who_asked_by_what_path_and_what_was_answered():
    assert shown(ONE) == (
        "2026-12-03T02:14:07.123Z  www.example.com A  203.0.113.0/24 DE AS64500  geo eu > failover web/eu"
        "  -> 192.0.2.10  TTL 30  (generation 5/12)"
    )


def test_what_was_drawn_is_told_as_chances():
    assert "-> one of web/eu 95%, canary/eu 5%  (generation" in shown(DRAWN)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answer": [], "ttl": None}, "-> nothing  ("),
        ({"certain": False, "answer": None, "ttl": None}, "-> probably web/eu  ("),
        ({"ways": [ONE["ways"][0] | {"opened": "open"}]}, "TTL 30  last resort: open"),
        ({"country": None, "asn": None}, "203.0.113.0/24 somewhere  "),
        ({"name": "\x1b[31m.example.com."}, "\\x1b[31m.example.com"),
    ],
    ids=["nothing", "not sure", "last resort", "somewhere", "escapes"],
)
def test_what_is_missing_or_odd_is_said(changes, said):
    assert said in shown(ONE | changes)


def test_the_newest_of_a_name_are_printed_as_they_stand(tmp_path, capsys):
    LineRing(tmp_path / "decisions", 1_000_000).append(
        [*(json.dumps(ONE | {"ttl": number}) for number in range(30)), json.dumps(DRAWN), "{torn"]
    )

    assert main(["log", "www", "--last", "2", "--json", "--state", str(tmp_path)]) == 0
    assert [json.loads(line)["ttl"] for line in capsys.readouterr().out.splitlines()] == [28, 29]
    assert main(["log", "--state", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 20
    assert main(["log", "--last", "0", "--state", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 31
