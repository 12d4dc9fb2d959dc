"""`gslb availability` prints shares that round towards the truth, and what was missing."""

import json
import time

import pytest

from gslb.cli import main
from gslb.cli.availability import meant, shown
from gslb.control.availability import standing_change
from gslb.store import SqliteStore


def window(share, known, **seconds):
    return {
        "healthy": share,
        "known": known,
        "seconds": {name.replace("_", " "): value for name, value in seconds.items()},
    }


def test_shares_are_rounded_down_and_what_is_missing_is_told():
    found = [
        {
            "name": "www.example.com.",
            "windows": {
                "day": window(0.999999, 86_400.0, healthy=86_399.9, last_resort=0.1),
                "week": window(1.0, 9e4, healthy=9e4),
            },
        }
    ]

    assert shown(found).splitlines() == [
        "name                      day        week       month",
        "www.example.com      99.999 %   100.000 %           -",
        "  day: last resort 0s of 1d 0h known",
    ]
    assert shown([]) == "nothing is known yet"


@pytest.mark.parametrize(
    ("text", "found"),
    [("www", True), ("www.example.com", True), ("www.example.com.", True), ("ww", False), ("api", False)],
)
def test_a_name_is_meant_whole_or_by_its_first_labels(text, found):
    assert meant(text, "www.example.com.") is found


def test_the_state_directory_is_enough(tmp_path, capsys):
    store = SqliteStore(tmp_path / "gslb.db")
    now = time.time()
    store.record(
        [standing_change("www.example.com.", [""], now - 100), standing_change("api.example.com.", ["open"], now - 100)]
    )
    store.close()

    assert main(["availability", "www", "--json", "--state", str(tmp_path)]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["windows"]["day"]["healthy"] == 1.0
    assert main(["availability", "--state", str(tmp_path)]) == 0
    assert "last resort 1m 40s" in capsys.readouterr().out
    assert main(["availability", "shop", "--state", str(tmp_path)]) == 1
    assert "nothing is known of shop" in capsys.readouterr().err


def test_without_a_chronicle_it_is_said(tmp_path, capsys):
    assert main(["availability", "--state", str(tmp_path)]) == 1
    assert "cannot open" in capsys.readouterr().err
