"""What an operator's hand keeps beside its words."""

import pytest

from gslb.control import Board, Control


def test_a_board_comes_back_from_its_octets_as_it_was():
    board = Board(17, {"eu-west": Control(on=False, at=5.0, author="ann", reason="CHG-1")}, {"us-east": 7.5})

    assert Board.from_json(board.to_json()) == board
    assert Board.from_json(Board().to_json()) == Board()


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b'{"number": 1, "controls": {"a": {"of": 1}}, "taken": {}}'])
def test_what_is_none_is_told(octets):
    with pytest.raises((ValueError, TypeError, KeyError)):
        Board.from_json(octets)


def test_a_control_says_who_put_it_where_and_why():
    assert Control(on=False, at=5.0, author="ann", reason="CHG-1").text == "off by ann: CHG-1"
    assert Control(on=True, at=5.0, author="ann").text == "on by ann"
