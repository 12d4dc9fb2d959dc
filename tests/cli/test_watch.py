"""`gslb watch`: a drain as it goes."""

import pytest

from gslb.cli import main, watch
from kit.unix_node import unix_node

BEGINS = 1_796_266_800.0  # 03:00:00Z
WORD = {
    "id": "d-17",
    "path": "eu-west",
    "word": "drain",
    "begins": BEGINS,
    "expires": BEGINS + 7_200,
    "ramp": 600.0,
    "back": 600.0,
    "share": 0.0,
    "ttl": 300,
    "names": ["www.example.com."],
    "quiet": BEGINS + 610,
}


@pytest.mark.parametrize(
    ("now", "share", "lines"),
    [
        (-60, 0.0, ["planned: begins 03:00:00Z"]),
        (300, 0.5, ["50 % of clients moved, all of them 03:10:00Z"]),
        (317, 0.528, ["50 % of clients moved, all of them 03:10:00Z"]),
        (605, 1.0, ["all clients moved", "last client off by 03:10:10Z"]),
        (611, 1.0, ["all clients moved", "quiet since 03:10:10Z: no cache may name eu-west any more"]),
        (7_260, 0.9, ["returning: 90 % of clients still turned away, all back 05:10:00Z"]),
    ],
)
def test_each_part_of_its_course_has_its_words(now, share, lines):
    word = WORD | {"now": BEGINS + now, "share": share}

    assert [*watch.course(word)] == ["TTL 300 s of www.example.com.", *lines]


def test_what_still_goes_there_is_told_in_one_digit():
    status = {"regions": [{"region": "eu-west", "rate": 41.7}, {"region": "us-east", "rate": 900.0}]}
    each = {"age": 0.4, "requests": 163.0, "connections": 27}
    balancers = [
        each | {"name": "edge/eu-west", "endpoint": "web/eu-west"},
        each | {"name": "edge/us-east", "endpoint": "web/us-east"},
        each | {"name": "old/eu-west", "endpoint": "api/eu-west/a", "age": 60.0},
    ]

    assert [*watch.traffic("eu-west", status, balancers)] == [
        "answers naming eu-west: 40/s",
        "at edge/eu-west: 30 connections, 200 requests/s",
    ]
    assert [*watch.traffic("web", status, balancers)] == [
        "at edge/eu-west, edge/us-east: 50 connections, 300 requests/s"
    ]
    assert [*watch.traffic("api/eu-west/a", None, None)] == []


def test_lines_are_told_once_until_it_is_over(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(watch, "EVERY", 0.0)
    course = iter([(300, 0.5), (301, 0.502), (611, 1.0), (612, 1.0)])

    def answer(_, target, __):
        if target != "/v1/words":
            return 200, []
        now, share = next(course, (None, None))
        return 200, [] if now is None else [WORD | {"now": BEGINS + now, "share": share}]

    with unix_node(tmp_path / "judge.sock", answer):
        assert main(["watch", "d-17", "--state", str(tmp_path)]) == 0

    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("drain d-17: eu-west, from now on")
    assert told[1:-1] == [
        "03:05:00Z  TTL 300 s of www.example.com.",
        "03:05:00Z  50 % of clients moved, all of them 03:10:00Z",
        "03:10:11Z  all clients moved",
        "03:10:11Z  quiet since 03:10:10Z: no cache may name eu-west any more",
    ]
    assert told[-1].endswith("d-17 is over")


def test_what_is_not_there_is_told(tmp_path, capsys):
    with unix_node(tmp_path / "judge.sock", lambda *_: (200, [])):
        assert main(["watch", "d-9", "--state", str(tmp_path)]) == 1

    assert "there is no d-9" in capsys.readouterr().err
    assert main(["watch", "d-9", "--state", str(tmp_path / "nowhere")]) == 1
