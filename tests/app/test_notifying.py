"""The control process tells people: over restarts, refusals and reloads, from a real chronicle to a real webhook."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from gslb.app.folders import Folders
from gslb.app.keepsake import Keepsake, open_telemetry
from gslb.app.notifying import MOST, Notifying
from gslb.control import Journal
from gslb.control.chronicle import Change, ChangeKind, verdict_change
from gslb.health import Verdict
from gslb.model import Check, Notify, Occasion, Recipient
from gslb.store import SqliteStore
from kit.judging import REGIONAL
from kit.language import model
from kit.sink import sink
from kit.worlds import WALL

EU = Check("ready", "web/eu-west", "192.0.2.1")
PLAIN = model(REGIONAL)


def told_to(*urls, occasions=tuple(Occasion)):
    recipients = tuple(Recipient(f"hook{number}", occasions, url=url) for number, url in enumerate(urls))
    return replace(PLAIN, notify=Notify(recipients))


def verdict(up, at=WALL):
    one = Verdict(EU, up=up, since=at, reason="connect timeout", votes=(3, 0) if up else (0, 3))
    return verdict_change(one, at, ChangeKind.VERDICT)


class Node:
    """A state directory with a judge's store, and who tells of what is in it."""

    def __init__(self, path):
        self.folders = Folders(path)
        self.folders.make()
        self.judge = SqliteStore(self.folders.store)
        self.lines, self.model = [], PLAIN
        self.journal = Journal("control", write=self.lines.append)

    def write(self, *changes):
        with self.judge.together():
            self.judge.record(changes)

    @asynccontextmanager
    async def notifying(self):
        telemetry = open_telemetry(self.folders, self.journal)
        found = Notifying(
            self.folders, Keepsake(telemetry, "notices", self.journal), self.journal, lambda: self.model, patience=0.01
        )
        found.recall(found._keepsake.load())
        try:
            yield found
        finally:
            for task in found._senders.values():
                task.cancel()
            await asyncio.gather(*found._senders.values(), return_exceptions=True)
            telemetry.close()

    async def sent(self, found):
        """Wait until nothing is under way."""
        async with asyncio.timeout(20):
            await asyncio.gather(*found._senders.values())


@pytest.fixture
def node(tmp_path):
    made = Node(tmp_path)
    yield made
    made.judge.close()


async def test_what_happens_is_told_to_everybody_who_wants_to_know(node):
    async with sink() as one, sink() as other, node.notifying() as found:
        node.model = told_to(one.url, other.url)
        await found.turn(node.model, WALL)
        node.write(verdict(up=False))
        await found.turn(node.model, WALL + 1)
        await found.turn(node.model, WALL + 10)
        await node.sent(found)

        assert (await one.got.get())["text"].startswith("eu-west DOWN 22:13:20Z (3/3 vantages: connect timeout)")
        assert (await other.got.get())["subject"] == "eu-west"
        assert found.counts == {("hook0", "sent"): 1, ("hook1", "sent"): 1}
    assert sum("notified" in line for line in node.lines) == 2


async def test_who_is_told_of_other_things_hears_nothing(node):
    async with sink() as taken, node.notifying() as found:
        node.model = told_to(taken.url, occasions=(Occasion.ALL_DOWN,))
        await found.turn(node.model, WALL)
        node.write(verdict(up=False))
        await found.turn(node.model, WALL + 10)
        node.write(Change(WALL, ChangeKind.STANDING, "one.example.com.", "", {"standing": "nothing", "opened": []}))
        await found.turn(node.model, WALL + 11)
        await found.turn(node.model, WALL + 20)
        await node.sent(found)

        assert (await taken.got.get())["occasion"] == "all_down"
        assert taken.got.empty()


async def test_what_was_before_we_came_is_not_told(node):
    node.write(verdict(up=False))
    async with sink() as taken, node.notifying() as found:
        node.model = told_to(taken.url)
        for second in range(30):
            await found.turn(node.model, WALL + second)
        await node.sent(found)
        assert taken.got.empty()


async def test_what_is_refused_is_tried_again_until_it_is_taken(node):
    async with sink() as taken, node.notifying() as found:
        taken.answers = [500, 503, 429]
        node.model = told_to(taken.url)
        await found.turn(node.model, WALL)
        node.write(verdict(up=False))
        await found.turn(node.model, WALL + 10)
        await node.sent(found)

        assert (await taken.got.get())["subject"] == "eu-west"
        assert taken.got.empty()
        assert found.counts == {("hook0", "failed"): 3, ("hook0", "sent"): 1}
        assert found.outbox == {"hook0": []}


async def test_what_waits_is_told_after_a_restart_and_only_once(node):
    node.model = told_to("http://127.0.0.1:9/")
    async with node.notifying() as found:
        await found.turn(node.model, WALL)
        node.write(verdict(up=False))
        await found.turn(node.model, WALL + 10)
        assert len(found.outbox["hook0"]) == 1
    async with sink() as taken:
        node.model = told_to(taken.url)
        for _ in range(2):
            async with node.notifying() as found:
                await found.turn(node.model, WALL + 20)
                await node.sent(found)
        assert (await taken.got.get())["subject"] == "eu-west"
        assert taken.got.empty()
        async with node.notifying() as found:
            node.write(verdict(up=True, at=WALL + 700))
            await found.turn(node.model, WALL + 710)
            await node.sent(found)
        assert (await taken.got.get())["resolved"] is True


async def test_a_queue_is_bounded_and_the_oldest_makes_room(node):
    async with node.notifying() as found:
        for number in range(MOST + 5):
            found._put("hook0", {"text": str(number)})

        assert [found.outbox["hook0"][0]["text"], len(found.outbox["hook0"])] == ["5", MOST]
        assert found.counts == {("hook0", "dropped"): 5}


async def test_who_is_no_longer_written_is_not_told(node):
    async with node.notifying() as found:
        await found.turn(told_to("http://127.0.0.1:9/"), WALL)
        found._put("gone", {"text": "x"})
        await found.turn(PLAIN, WALL + 1)

        assert found.outbox == {}


async def test_what_cannot_be_read_is_told_and_begun_anew(node):
    async with node.notifying() as found:
        found.recall(b'{"notices": {}, "outbox": []}')
        found.recall(b"\xff")
        await found.turn(PLAIN, WALL)
    assert sum("notices_forgotten" in line for line in node.lines) == 2


async def test_before_the_judge_has_a_store_nothing_happens(tmp_path):
    folders = Folders(tmp_path)
    folders.make()
    journal = Journal("control", write=lambda _: None)
    found = Notifying(folders, Keepsake(None, "notices", journal), journal, lambda: PLAIN)
    await found.turn(PLAIN, WALL)

    assert json.dumps(found.outbox) == "{}"
