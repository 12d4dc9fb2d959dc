"""A reload tells what it cannot change."""

from dataclasses import replace

import pytest

from gslb.app.fixed import unheard, write
from gslb.model import Listen, Listener, Model, Node

RUNNING = Model(
    node=Node(name="ns1", workers=1),
    listen=Listen((Listener("192.0.2.53", 53),), metrics=Listener("127.0.0.1", 9153)),
)


@pytest.fixture
def path(tmp_path):
    write(RUNNING, tmp_path / "fixed.json")
    return tmp_path / "fixed.json"


def test_nothing_is_told_where_nothing_differs(path):
    assert unheard(RUNNING, path) == ()


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (
            replace(RUNNING, node=replace(RUNNING.node, workers=4)),
            "workers: 4 takes effect at the next start; until then it is 1",
        ),
        (
            replace(RUNNING, node=replace(RUNNING.node, workers=0)),
            "workers: auto takes effect at the next start; until then it is 1",
        ),
        (
            replace(RUNNING, listen=replace(RUNNING.listen, dns=(Listener("192.0.2.53", 5353),))),
            "listen.dns: 192.0.2.53 port 5353 takes effect at the next start; until then it is 192.0.2.53 port 53",
        ),
        (
            replace(RUNNING, listen=replace(RUNNING.listen, metrics=None)),
            "listen.metrics: nothing takes effect at the next start; until then it is 127.0.0.1 port 9153",
        ),
        (
            replace(RUNNING, node=replace(RUNNING.node, user="gslb")),
            "node.user: gslb takes effect at the next start; until then it is nothing",
        ),
    ],
)
def test_each_thing_that_waits_for_the_next_start_is_told(path, model, told):
    assert unheard(model, path) == (told,)


def test_nothing_is_told_where_no_node_runs(tmp_path):
    assert unheard(RUNNING, tmp_path / "fixed.json") == ()
