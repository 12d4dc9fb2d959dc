"""`gslb failback`: what is asked of the judge."""

import pytest

from gslb.cli import main
from kit.unix_node import unix_node


@pytest.mark.parametrize(
    ("words", "bodies", "out"),
    [
        (["api"], [{"name": "api", "ramp": None, "why": "", "force": False}], "api goes back\n"),
        (
            ["api", "--ramp", "15m", "--why", "INC-9"],
            [{"name": "api", "ramp": 900.0, "why": "INC-9", "force": False}],
            "api goes back\n",
        ),
        (
            ["api", "--dry-run"],
            [{"name": "api", "ramp": None, "why": "", "force": False, "trial": True}],
            "api goes back\nnothing is changed\n",
        ),
    ],
)
def test_a_failback_is_ordered_or_only_shown(tmp_path, capsys, words, bodies, out):
    with unix_node(tmp_path / "judge.sock", lambda *_: (200, {"done": "api goes back"})) as asked:
        assert main(["failback", *words, "--state", str(tmp_path)]) == 0

    assert [body for _, _, body in asked] == bodies
    assert capsys.readouterr().out == out
