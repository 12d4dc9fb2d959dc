"""What a change moved is told name by name, with the TTL that old answers had."""

import pytest

from gslb.nameserver import Move, View, moves
from kit.worlds import all_up, large


def views(*downs):
    of = large()
    return [View(of, all_up(of, frozenset(down))) for down in downs]


@pytest.fixture(scope="module")
def moved():
    before, after = views((), ("web/eu-west",))
    return {move.name.partition(".example.com")[0]: move for move in moves(before, after, ["web/eu-west"])}


def test_names_that_answered_it_moved_and_others_did_not(moved):
    assert {"failover", "weighted", "www", "geo", "net"} <= moved.keys()
    assert not {"four", "all", "name", "text"} & moved.keys()


def test_a_move_tells_from_where_to_where_and_how_long_caches_lag(moved):
    assert moved["failover"] == Move("failover.example.com.", ("web/eu-west",), ("web/us-east",), 60)
    assert moved["weighted"].new == ("web/us-east", "web/ap-south")
    assert moved["geo"].old == ("web/eu-west",)


def test_nothing_moves_where_nothing_changed():
    before, after = views((), ())

    assert moves(before, after, ["web/eu-west"]) == ()


def test_an_endpoint_that_is_still_answered_as_a_last_resort_has_not_moved():
    before, after = views(("web/us-east",), ("web/us-east", "web/eu-west"))

    assert "failover.example.com." not in {move.name for move in moves(before, after, ["web/eu-west"])}
