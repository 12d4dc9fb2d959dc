"""The judge's shell: what is decided is published first, then kept, then told; and nothing is lost over a restart."""

import asyncio
import pickle

import pytest

from gslb.app.folders import Folders
from gslb.app.judge_loop import open_store, recall
from gslb.control import Adopted, ChangeKind, Journal, Said, build, save
from gslb.health import Override, Standing
from gslb.image import Tables
from gslb.policy import Memory, Settled
from kit.judge_node import Node
from kit.judging import REGIONAL
from kit.worlds import world

OFF = Override("web/eu-west", Standing.OFF, "CHG-1", "ann", 1.0, id="o-1")


@pytest.fixture
def node(tmp_path):
    made = Node(tmp_path)
    yield made
    made.loop.close()


def test_a_word_is_published_kept_and_told_in_one_turn(node):
    node.open()
    tables = Tables(node.folders.run)
    before = tables.generation

    node.loop.turn([Said(OFF)])

    assert tables.refresh()
    assert tables.generation > before
    assert node.store.load_overrides() == (OFF,)
    assert any("event=override" in line and "CHG-1" in line for line in node.lines)


def test_a_turn_is_told_in_the_chronicle_with_what_names_are_answered_from(node):
    node.open()
    node.loop.turn([Said(OFF)])

    told = node.store.since(0)
    stands = {one.change.subject: one.change.data["standing"] for one in told if one.change.kind is ChangeKind.STANDING}
    assert stands["www.example.com."] == "last resort"  # nothing was probed yet
    assert [one.change.subject.partition("/")[2] for one in told if one.change.kind is ChangeKind.PUBLISHED] == [
        "1",
        "2",
    ]
    assert [one.change.author for one in told if one.change.kind is ChangeKind.OVERRIDE] == ["ann"]


def test_a_restart_remembers_words_and_goes_on_with_a_larger_epoch(tmp_path):
    node = Node(tmp_path)
    node.open()
    node.loop.turn([Said(OFF)])
    epoch = node.loop.judging.epoch
    node.loop.close()

    again = Node(tmp_path)
    assert again.loop.judging.overrides == {OFF.path: OFF}
    assert again.loop.judging.epoch > epoch
    again.loop.close()


def test_a_new_world_is_adopted_and_named_on_disk(node):
    node.open()
    other = save(build(world(REGIONAL.replace("192.0.2.200", "192.0.2.201")), node.folders.state), node.folders.state)
    heard = []
    node.loop.adopted.append(heard.append)

    node.loop.turn([Adopted(other)])

    assert heard == [other]
    assert node.folders.adopted() == other.digest
    tables = Tables(node.folders.run)
    assert tables.model == other.digest


async def test_who_waits_is_told_when_it_is_done(node):
    node.open()
    running = asyncio.create_task(node.loop.run())
    assert await node.loop.carry_out(Said(OFF)) == ()
    assert node.store.load_overrides() == (OFF,)
    running.cancel()


def test_a_store_that_is_damaged_is_told_and_done_without(tmp_path):
    folders = Folders(tmp_path)
    folders.make()
    folders.store.write_bytes(b"this is no database" * 100)
    lines = []

    assert open_store(folders, Journal("judge", write=lines.append)) is None
    assert "store_failed" in lines[0]


def test_without_a_store_there_is_nothing_to_recall():
    stored = recall(None, Journal("judge", write=lambda _: None))

    assert not stored.verdicts
    assert not stored.overrides


def test_the_operators_line_counts_first_verdicts(node):
    assert node.loop.first_verdicts() == "first verdicts 0 up 0 down 4 waiting"


def test_memory_that_an_older_release_kept_has_nothing_of_what_it_did_not_know(node):
    kept = {"www|A": Settled(5, 5, 1.0)}
    node.store.save_memory(pickle.dumps(Older([{}, {}, kept]), protocol=5))

    assert recall(node.store, node.journal).memory == Memory(ttls=kept)


class Older:
    """Pickled as a Memory with so many of its fields, the first ones."""

    def __init__(self, fields):
        self.fields = fields

    def __reduce__(self):
        return object.__new__, (Memory,), self.fields
