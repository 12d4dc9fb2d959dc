"""The operator's hand over the judge's socket: carried out whole or refused, whoever asks at the same time."""

import asyncio
import getpass
import time

import aiohttp
import pytest

from gslb.app.local import Local
from gslb.control import ChangeKind
from kit.judge_node import Node
from kit.ruled import RULED

REGIONS = ("eu-west", "eu-north", "us-east")


@pytest.fixture
async def judge(tmp_path):
    node = Node(tmp_path, RULED)
    node.open()
    local = Local(node.loop, list)
    await local.start(tmp_path / "judge.sock")
    running = asyncio.create_task(node.loop.run())
    connector = aiohttp.UnixConnector(str(tmp_path / "judge.sock"), limit=200)
    async with aiohttp.ClientSession(connector=connector) as session:
        node.session = session
        yield node
    running.cancel()
    await local.stop()
    node.loop.close()


async def post(node, target, **body):
    async with node.session.post(f"http://judge/v1/{target}", json=body) as response:
        return response.status, await response.json()


async def get(node, target):
    async with node.session.get(f"http://judge/v1/{target}") as response:
        return await response.json()


async def test_a_plan_is_told_with_its_number_and_its_times_and_can_be_cancelled(judge):
    begins = time.time() + 3_600
    status, said = await post(
        judge, "override", path="eu-west", word="drain", begins=begins, **{"for": 7_200, "ramp": 600, "why": "CHG-1"}
    )

    assert (status, said["done"]) == (200, "eu-west will be drain")
    (word,) = said["words"]
    assert (word["id"], word["begins"], word["expires"]) == ("d-1", begins, begins + 7_200)
    assert (word["ramp"], word["back"], word["share"], word["author"]) == (600, 600, 0.0, getpass.getuser())
    (listed,) = await get(judge, "words")
    assert listed["names"] == ["www.example.com."]
    assert (listed["ttl"], listed["quiet"]) == (300, pytest.approx(begins + 600 + 10))
    assert (await post(judge, "cancel", id="d-1"))[1]["done"] == "d-1 is cancelled"
    assert await get(judge, "words") == []


async def test_several_paths_are_drained_together_or_not_at_all(judge):
    status, said = await post(judge, "override", path=["eu-west", "us-east"], word="drain")

    assert status == 409
    assert "keep 2 of eu-west, eu-north, us-east" in said["error"]
    assert await get(judge, "words") == []
    assert (await post(judge, "override", path=["eu-west", "us-east"], word="drain", force=True))[0] == 200
    assert [word["forced"] for word in await get(judge, "words")] == [True, True]


async def test_a_drain_comes_back_over_its_ramp(judge):
    await post(judge, "override", path="eu-west", word="drain")
    status, said = await post(judge, "undrain", path="eu-west", ramp=900)

    assert (status, said["words"][0]["back"]) == (200, 900)
    assert (await post(judge, "undrain", path="us-east"))[0] == 409


async def test_controls_are_listed_and_switched_with_author_and_reason(judge):
    await post(judge, "control", controls={"eu-west": "off"}, why="INC-1")

    listed = {one["name"]: one for one in await get(judge, "controls")}
    assert {name: one["on"] for name, one in listed.items()} == dict.fromkeys(REGIONS, True) | {
        "eu-west": False,
        "master": True,
    }
    assert (listed["eu-west"]["why"], listed["eu-west"]["author"]) == ("INC-1", getpass.getuser())


async def test_a_trial_is_told_and_changes_nothing(judge):
    status, said = await post(judge, "override", path="eu-west", word="off", trial=True)

    assert (status, said["words"][0]["id"]) == (200, "o-1")
    assert await get(judge, "words") == []
    assert await get(judge, "audit") == []


@pytest.mark.parametrize(
    ("target", "body", "said"),
    [
        ("override", {"path": [], "word": "off"}, "path is missing"),
        ("override", {"path": "eu-west", "word": "back"}, "back is no word; write up, drain, off"),
        ("override", {"path": "eu-west", "word": "off", "ramp": 5}, "only a drain"),
        ("override", {"path": "eu-west", "word": "drain", "ramp": -5}, "above zero"),
        ("control", {"controls": {}}, "object of"),
        ("control", {"controls": {"eu-west": "maybe"}}, "object of"),
        ("cancel", {}, "id is missing"),
    ],
)
async def test_what_cannot_be_understood_is_told(judge, target, body, said):
    status, told = await post(judge, target, **body)

    assert status == 400
    assert said in told["error"]


async def test_the_audit_tells_every_order_and_refusal_oldest_first(judge):
    await post(judge, "override", path="eu-west", word="drain", why="CHG-1")
    await post(judge, "control", controls={"us-east": "off"})
    await post(judge, "clear", path="eu-west", why="done")

    rows = await get(judge, "audit")
    assert [(row["order"], bool(row["refused"])) for row in rows] == [
        ("drain eu-west", False),
        ("control us-east=off", True),
        ("auto eu-west", False),
    ]
    assert [row["why"] for row in rows] == ["CHG-1", "", "done"]
    assert {row["author"] for row in rows} == {getpass.getuser()}
    assert [row["order"] for row in await get(judge, "audit?last=1")] == ["auto eu-west"]
    assert "1 to 10000" in (await get(judge, "audit?last=0"))["error"]


async def test_a_hundred_clients_toggling_at_once_never_break_a_rule(judge):
    """Every state that was ever published keeps two of three: the rules are asked within the one step that changes."""

    async def toggle(number):
        region, on = REGIONS[number % 3], "on" if number % 7 == 0 else "off"
        others = {REGIONS[(number + 1) % 3]: "on"} if number % 5 == 0 else {}
        return (await post(judge, "control", controls={region: on} | others))[0]

    statuses = await asyncio.gather(*(toggle(number) for number in range(100)))

    assert set(statuses) == {200, 409}
    on = dict.fromkeys(REGIONS, True)
    changes = [one.change for one in judge.store.since(0, kinds=(ChangeKind.CONTROL, ChangeKind.ORDER))]
    assert sum(one.kind is ChangeKind.ORDER for one in changes) == 100
    switched: dict[str, bool] = {}
    for change in changes:  # an order comes before the switches that it made
        if change.kind is ChangeKind.CONTROL:
            switched[change.subject] = change.data["on"]
            continue
        on |= switched
        switched = {}
        assert sum(on.values()) >= 2
        assert on["eu-west"] or on["us-east"]
    assert {one["name"]: one["on"] for one in await get(judge, "controls") if one["name"] != "master"} == on | switched


async def test_words_plans_and_controls_are_there_after_a_restart(judge, tmp_path):
    await post(judge, "override", path="eu-west", word="drain", begins=time.time() + 3_600, ramp=60)
    await post(judge, "control", controls={"master": "off"}, why="INC-1")

    again = Node(tmp_path / "again", RULED)
    again.loop.close()
    for name in ("gslb.db", "gslb.db-wal", "gslb.db-shm"):
        source = tmp_path / name
        if source.exists():
            (tmp_path / "again" / name).write_bytes(source.read_bytes())
    again = Node(tmp_path / "again", RULED)
    hand = again.loop.judging.hand
    assert [word.id for word in hand.desk.overrides.values()] == ["d-1"]
    assert not hand.desk.on("master")
    assert hand.desk.board.number == 1
    again.loop.close()
