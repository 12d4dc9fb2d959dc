"""Any moment that the chronicle tells of is explained as it was then; others are refused with the reason."""

import shutil

import pytest

from gslb.app.past import ForgottenError, Past
from gslb.control import Adopted, Change, ChangeKind, Cleared, Said, build, save
from gslb.health import Override, Standing
from kit.judge_node import Node
from kit.judging import REGIONAL
from kit.worlds import ask, query, texts, world

WORD = Override("web/eu-west", Standing.OFF, "CHG-1", "ann", 1.0)


class Clock:
    """A wall clock that is set by hand; the steady one goes on."""

    def __init__(self, monkeypatch):
        self.wall = 1_000.0
        monkeypatch.setattr("gslb.app.judge_loop.time.time", lambda: self.wall)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def node(tmp_path, clock):
    made = Node(tmp_path)
    made.open()
    return made


def answer(moment, name="www.example.com"):
    return texts(ask(moment.view, query(name)))


def test_each_moment_has_the_word_that_stood_then(node, clock):
    for wall, event in ((1_100.0, Said(WORD)), (1_200.0, Cleared("web/eu-west", "bob"))):
        clock.wall = wall
        node.loop.turn([event])
    past = Past(node.folders)

    assert [answer(past.at(moment)) for moment in (1_050.0, 1_150.0, 1_250.0)] == [
        ["192.0.2.1"],
        ["192.0.2.2"],
        ["192.0.2.1"],
    ]
    then = past.at(1_199.0)
    assert then.since == 1_100.0
    assert [(word.author, word.reason) for word in then.view.belief.overrides.values()] == [("ann", "CHG-1")]


def test_what_is_rebuilt_is_what_was_published(node, clock):
    beliefs = {}
    publish = node.loop.publishing.publication

    def watched(belief, *rest):
        beliefs[clock.wall] = belief
        return publish(belief, *rest)

    node.loop.publishing.publication = watched
    for number, event in enumerate((Said(WORD), Cleared("web/eu-west", "bob"), Said(WORD)), 1):
        clock.wall = 1_000.0 + 100 * number
        node.loop.turn([event])
    past = Past(node.folders)

    assert [past.at(wall + 50).view.belief for wall in beliefs] == [*beliefs.values()]


def test_a_moment_has_the_configuration_of_then(node, clock):
    folder = node.folders.state
    other = save(build(world(REGIONAL.replace("192.0.2.200", "192.0.2.201")), folder), folder)
    clock.wall = 1_100.0
    node.loop.turn([Adopted(other)])
    past = Past(node.folders)

    assert answer(past.at(1_050.0), "plain.example.com") == ["192.0.2.200"]
    assert answer(past.at(1_150.0), "plain.example.com") == ["192.0.2.201"]


def test_a_restart_keeps_the_past(tmp_path, node, clock):
    clock.wall = 1_100.0
    node.loop.turn([Said(WORD)])
    node.loop.close()
    clock.wall = 1_200.0
    again = Node(tmp_path)
    again.open()

    assert answer(Past(node.folders).at(1_050.0)) == ["192.0.2.1"]
    assert answer(Past(node.folders).at(1_150.0)) == ["192.0.2.2"]
    assert answer(Past(node.folders).at(1_250.0)) == ["192.0.2.2"]
    again.loop.close()


def test_before_the_chronicle_nothing_is_known(node):
    with pytest.raises(ForgottenError, match="the chronicle begins 1970"):
        Past(node.folders).at(900.0)


def test_what_could_not_be_written_is_not_made_up(node, clock):
    node.store.record([Change(1_300.0, ChangeKind.GAP, "", "", {"since": 1_100.0})])
    past = Past(node.folders)

    assert past.at(1_050.0)
    with pytest.raises(ForgottenError, match="could not be written"):
        past.at(1_200.0)
    with pytest.raises(ForgottenError, match="could not be written"):
        past.at(1_400.0)
    clock.wall = 1_500.0
    node.loop.turn([Said(WORD)])
    assert answer(past.at(1_550.0)) == ["192.0.2.2"]


def test_a_configuration_that_is_gone_is_said_to_be_gone(node):
    shutil.rmtree(node.folders.state / "snapshots")

    with pytest.raises(ForgottenError, match="no longer kept"):
        Past(node.folders).at(1_050.0)


def test_a_configuration_that_another_release_wrote_is_said_to_be(node):
    node.folders.snapshot(node.built.digest).write_bytes(b"\x80\x05cnowhere\nNothing\n.")

    with pytest.raises(ForgottenError, match="another release"):
        Past(node.folders).at(1_050.0)


def test_a_snapshot_that_is_at_hand_is_not_read_again(node):
    shutil.rmtree(node.folders.state / "snapshots")

    past = Past(node.folders, {node.built.digest: node.built}.get)
    assert answer(past.at(1_050.0)) == ["192.0.2.1"]


def test_without_a_chronicle_there_is_no_past(tmp_path, node):
    node.loop.close()
    node.folders.store.unlink()

    with pytest.raises(ForgottenError, match="there is no chronicle"):
        Past(node.folders).at(1_050.0)
