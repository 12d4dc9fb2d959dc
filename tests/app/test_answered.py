"""A judge goes on from what is answered where the store fell behind, and from the store where nothing is answered."""

from dataclasses import replace

from gslb.app.answered import as_answered, published
from gslb.control import Stored
from gslb.health import Verdict
from gslb.model import Check
from gslb.nameserver import Belief
from kit.judge_node import Node

CHECK, OTHER, UNHEARD = (Check("ready", f"web/{name}", "192.0.2.1") for name in ("eu", "us", "ap"))
UP = Verdict(CHECK, up=True, since=100.0, reason="200 OK")
DOWN = Verdict(CHECK, up=False, since=200.0, reason="refused")


def test_the_later_of_two_verdicts_is_believed():
    other = replace(UP, check=OTHER)
    belief = Belief(verdicts={CHECK: DOWN, OTHER: replace(other, since=50.0, up=False)})

    found = as_answered(Stored((UP, other)), belief)

    assert {verdict.check: verdict for verdict in found.verdicts} == {CHECK: DOWN, OTHER: other}


def test_what_was_never_heard_adds_nothing_and_what_was_never_stored_is_kept():
    waiting = Verdict(UNHEARD, up=False, since=300.0, reason="", known=False)

    assert as_answered(Stored(), Belief(verdicts={CHECK: DOWN, UNHEARD: waiting})).verdicts == (DOWN,)
    assert as_answered(Stored((UP,)), None) == Stored((UP,))


def test_what_was_published_is_read_back_and_nothing_from_a_folder_without_tables(tmp_path):
    assert published(tmp_path) is None
    node = Node(tmp_path)
    node.open()
    node.loop.publisher.close()

    found = published(node.folders.run)

    assert found is not None
    assert found.verdicts == dict(node.loop.judging.verdicts)


def test_a_judge_whose_store_fell_behind_goes_on_from_what_is_answered(tmp_path):
    node = Node(tmp_path)
    node.open()
    check, verdict = next(iter(node.loop.judging.verdicts.items()))
    turned = replace(verdict, up=False, known=True, since=verdict.since + 10, reason="connect: refused")
    node.loop.judging.verdicts[check] = turned
    node.loop.judging._news = True
    node.loop.store = None  # from now on nothing is kept
    node.loop.turn([])
    node.loop.close()

    again = Node(tmp_path)

    assert again.loop.judging.verdicts[check].reason == "connect: refused"
    assert again.loop.judging.verdicts[check].since == turned.since
    again.loop.close()
