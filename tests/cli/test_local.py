"""Talking to a node: its answer, its refusal in words, and what to look at when it is not there."""

import argparse
from pathlib import Path

import pytest

from gslb.cli.local import NodeError, add_state, ask, folders
from kit.unix_node import unix_node


def test_what_the_node_says_comes_back_as_data(tmp_path):
    with unix_node(tmp_path / "s", lambda *_: (200, {"done": "yes"})) as asked:
        assert ask(tmp_path / "s", "POST", "/v1/x", {"a": 1}) == {"done": "yes"}
        assert ask(tmp_path / "s", "GET", "/v1/y") == {"done": "yes"}

    assert asked == [("POST", "/v1/x", {"a": 1}), ("GET", "/v1/y", None)]


def test_a_refusal_is_told_in_the_nodes_words(tmp_path):
    with (
        unix_node(tmp_path / "s", lambda *_: (409, {"error": "that is the last of www"})),
        pytest.raises(NodeError, match="the last of www"),
    ):
        ask(tmp_path / "s", "POST", "/v1/override", {})


def test_a_failure_without_words_is_told_by_its_number(tmp_path):
    with unix_node(tmp_path / "s", lambda *_: (503, {})), pytest.raises(NodeError, match="503"):
        ask(tmp_path / "s", "GET", "/v1/status")


def test_a_node_that_is_not_there_is_told_with_what_to_check(tmp_path):
    with pytest.raises(NodeError, match=r"is `gslb serve` running.*--state"):
        ask(tmp_path / "nothing", "GET", "/v1/status")


def parsed(*words):
    parser = argparse.ArgumentParser()
    add_state(parser)
    return parser.parse_args(words)


def test_the_option_names_the_state_directory(monkeypatch):
    monkeypatch.setenv("GSLB_STATE", "/elsewhere")

    assert folders(parsed("--state", "here")).state == Path("here")
    assert folders(parsed()).state == Path("/elsewhere")


def test_without_a_word_it_is_the_usual_place(monkeypatch):
    monkeypatch.delenv("GSLB_STATE", raising=False)
    monkeypatch.setenv("STATE_DIRECTORY", "/run/state")

    assert folders(parsed()).state == Path("/run/state")
