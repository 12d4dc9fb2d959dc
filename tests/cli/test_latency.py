"""`gslb latency`: what is sent to the node, what is printed, and what is wrong with a file."""

import json

import pytest

from gslb.cli import main
from kit.unix_node import unix_node

SHOWN = {"samples": {"balancer": 12_000, "application": 3}, "prefixes": 900, "rows": 41, "age": 7.2}


def answer(_: str, target: str, body: object) -> tuple[int, dict]:
    match target:
        case "/v1/latency":
            return 200, SHOWN
        case "/v1/latency/export":
            return 200, {"csv": "client,region\n"}
        case "/v1/latency/forget":
            return 200, {"forgotten": 1_200}
        case _ if isinstance(body, list) and body[0][0] == "moon":
            return 400, {"error": "unknown region moon"}
        case _:
            return 200, {"taken": len(body) - 1, "old": 1}


@pytest.fixture
def node(tmp_path):
    with unix_node(tmp_path / "control.sock", answer) as asked:
        yield asked


def test_it_is_said_how_much_is_known(node, tmp_path, capsys):
    assert main(["latency", "--state", str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        "samples since the start: 3 by applications, 12,000 by balancers, the newest 7 s old\n"
        "900 client prefixes, 41 round trips published\n"
    )
    assert main(["latency", "--json", "--state", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == SHOWN


def test_an_export_is_printed(node, tmp_path, capsys):
    assert main(["latency", "export", "--state", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "client,region\n"


def test_all_may_be_forgotten(node, tmp_path, capsys):
    assert main(["latency", "forget", "--state", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("1,200 client prefixes forgotten")


def test_a_file_is_sent_and_what_became_of_it_said(node, tmp_path, capsys):
    file = tmp_path / "s.csv"
    file.write_text("client,region,milliseconds,time\n203.0.113.7,eu,18,5\n203.0.113.9,eu,19,6\n")

    assert main(["latency", "import", str(file), "--state", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "learned from 1 rows; 1 were too old to say anything\n"
    [(method, target, body)] = node
    assert (method, target) == ("POST", "/v1/latency/import")
    assert body[0] == ["eu", "203.0.113.0/24", 18.0, "application", 5.0, 1.0]


def test_faults_of_a_file_are_told_at_their_place_and_nothing_is_sent(node, tmp_path, capsys):
    file = tmp_path / "s.csv"
    file.write_text("client,region,milliseconds\n203.0.113.7,eu,fast\n")

    assert main(["latency", "import", str(file), "--state", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "s.csv:2:16" in told
    assert "'fast' is no number" in told
    assert main(["latency", "import", str(tmp_path / "none.csv"), "--state", str(tmp_path)]) == 2
    assert node == []


def test_a_refusal_is_told(node, tmp_path, capsys):
    file = tmp_path / "s.csv"
    file.write_text("client,region,milliseconds\n203.0.113.7,moon,5\n")

    assert main(["latency", "import", str(file), "--state", str(tmp_path)]) == 1
    assert "unknown region moon" in capsys.readouterr().err
