"""The judge's socket: words are carried out or refused with a reason, and the author is who the kernel says."""

import asyncio
import getpass

import aiohttp
import pytest

from gslb.app.local import Local
from gslb.health import Standing
from kit.judge_node import Node


@pytest.fixture
async def judge(tmp_path):
    node = Node(tmp_path)
    node.open()
    local = Local(node.loop, lambda: [{"monitor": "ready"}])
    await local.start(tmp_path / "judge.sock")
    running = asyncio.create_task(node.loop.run())
    connector = aiohttp.UnixConnector(str(tmp_path / "judge.sock"))
    async with aiohttp.ClientSession(connector=connector) as session:
        node.session = session
        yield node
    running.cancel()
    await local.stop()
    node.loop.close()


async def post(node, target, body):
    async with node.session.post(f"http://judge{target}", json=body) as response:
        return response.status, await response.json()


async def test_a_word_is_carried_out_and_signed_by_who_said_it(judge):
    status, said = await post(
        judge, "/v1/override", {"path": "web/eu-west", "word": "drain", "why": "CHG-1", "for": 60}
    )

    assert (status, said["done"]) == (200, "web/eu-west is drain")
    override = judge.loop.judging.overrides["web/eu-west"]
    assert (override.standing, override.reason, override.author) == (Standing.DRAIN, "CHG-1", getpass.getuser())
    assert override.expires == pytest.approx(override.at + 60)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"path": "web/eu-wset", "word": "off"}, 409, "did you mean web/eu-west?"),
        ({"path": "web", "word": "off"}, 409, "--force"),
        ({"path": "web", "word": "gone"}, 400, "gone is no word"),
        ({"word": "off"}, 400, "path"),
        ({"path": "web/eu-west", "word": "off", "for": "soon"}, 400, "for"),
        ([], 400, ""),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason_and_changes_nothing(judge, body, status, said):
    answered, told = await post(judge, "/v1/override", body)

    assert answered == status
    assert said in told["error"]
    assert not judge.loop.judging.overrides


async def test_the_last_endpoint_goes_off_only_by_force(judge):
    status, _ = await post(judge, "/v1/override", {"path": "web", "word": "off", "force": True})

    assert status == 200


async def test_a_word_is_taken_back_once(judge):
    await post(judge, "/v1/override", {"path": "web/eu-west", "word": "up"})

    assert (await post(judge, "/v1/clear", {"path": "web/eu-west"}))[0] == 200
    status, told = await post(judge, "/v1/clear", {"path": "web/eu-west"})
    assert status == 409
    assert "no word stands on web/eu-west" in told["error"]


async def test_failback_of_what_is_not_latched_says_so_and_an_unknown_name_is_refused(judge):
    assert "already" in (await post(judge, "/v1/failback", {"name": "www"}))[1]["done"]
    status, told = await post(judge, "/v1/failback", {"name": "wwww"})
    assert status == 409
    assert "did you mean www?" in told["error"]


async def test_a_snapshot_that_is_not_there_is_refused(judge):
    status, told = await post(judge, "/v1/adopt", {"digest": "0" * 32})

    assert status == 409
    assert "no snapshot" in told["error"]


async def test_probe_times_are_told(judge):
    async with judge.session.get("http://judge/v1/probes") as response:
        assert await response.json() == [{"monitor": "ready"}]


async def test_requests_that_balancers_count_are_told(judge):
    async with judge.session.get("http://judge/v1/requests") as response:
        assert await response.json() == {}


async def test_advice_is_taken_and_what_is_none_is_refused(judge):
    assert (await post(judge, "/v1/advise", {"seconds": {"www.example.com.": 20}}))[0] == 200
    for wrong in (None, [], {"www.example.com.": -1}, {"www.example.com.": "20"}, {"www.example.com.": True}):
        status, told = await post(judge, "/v1/advise", {"seconds": wrong})
        assert (status, told["error"]) == (400, "seconds has to be an object of whole numbers")
