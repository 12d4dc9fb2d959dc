"""`gslb audit`: the last orders as lines."""

import json

from gslb.cli import main
from kit.unix_node import unix_node

ROWS = [
    {
        "number": 4,
        "at": 1_796_266_800.0,
        "author": "ann",
        "order": "drain eu-west",
        "why": "CHG-1",
        "before": {"eu-west": "auto"},
        "after": {"eu-west": "drain d-1"},
        "forced": [],
        "refused": "",
    },
    {
        "number": 5,
        "at": 1_796_266_860.0,
        "author": "bob",
        "order": "control us-east=off",
        "why": "",
        "before": {},
        "after": {},
        "forced": [],
        "refused": "gslb.yaml:9:5  keep 2 of a, b: only a would be left",
    },
    {
        "number": 6,
        "at": 1_796_266_920.0,
        "author": "bob",
        "order": "off us-east",
        "why": "INC-1",
        "before": {"us-east": "auto"},
        "after": {"us-east": "off o-2"},
        "forced": ["keep 2 of a, b"],
        "refused": "",
    },
]
TEXT = """\
2026-12-03 03:00Z  ann  drain eu-west  (CHG-1)
    eu-west: auto -> drain d-1
2026-12-03 03:01Z  bob  REFUSED  control us-east=off
    gslb.yaml:9:5  keep 2 of a, b: only a would be left
2026-12-03 03:02Z  bob  FORCED  off us-east  (INC-1)
    us-east: auto -> off o-2
    keep 2 of a, b
"""


def test_orders_are_told_with_what_they_changed_broke_or_were_refused_for(tmp_path, capsys):
    with unix_node(tmp_path / "judge.sock", lambda *_: (200, ROWS)) as asked:
        assert main(["audit", "--last", "3", "--state", str(tmp_path)]) == 0

    assert asked == [("GET", "/v1/audit?last=3", None)]
    assert capsys.readouterr().out == TEXT


def test_they_are_data_on_demand(tmp_path, capsys):
    with unix_node(tmp_path / "judge.sock", lambda *_: (200, ROWS)):
        assert main(["audit", "--json", "--state", str(tmp_path)]) == 0

    assert json.loads(capsys.readouterr().out) == ROWS


def test_a_node_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["audit", "--state", str(tmp_path)]) == 1
    assert "is `gslb serve` running" in capsys.readouterr().err
