"""What senders are given, whoever they are."""

import argparse

import pytest

from gslb.cli.telling import add_nodes, admitted, is_node


def given(*words):
    parser = argparse.ArgumentParser()
    add_nodes(parser, required=True)
    return parser.parse_args(words)


def test_a_token_is_read_where_all_is_right(tmp_path):
    (tmp_path / "token").write_text("token-of-the-vantage-0123456789\n")
    nodes = ["--node", "http://192.0.2.53:8053", "--node", "https://ns2.example.net"]

    assert admitted(given("--token", f"file:{tmp_path}/token", *nodes)) == b"token-of-the-vantage-0123456789"


def test_everything_that_is_wrong_is_told_at_once(capsys):
    assert admitted(given("--token", "hunter2", "--node", "192.0.2.53:8053", "--node", "ftp://h")) is None

    told = capsys.readouterr().err
    assert "--node 192.0.2.53:8053: write the URL" in told
    assert "--node ftp://h: write the URL" in told
    assert "--token hunter2" in told


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("http://192.0.2.53:8053", True),
        ("https://[2001:db8::53]", True),
        ("192.0.2.53:8053", False),
        ("http://h:port", False),
        ("http://h:0", False),
        ("http://h?x=1", False),
    ],
)
def test_a_listener_has_a_url(url, good):
    assert is_node(url) is good
