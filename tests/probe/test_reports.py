import json
from dataclasses import replace
from io import BytesIO

import aiohttp
import pytest

from gslb.model import MonitorKind
from gslb.probe import list_of
from gslb.probe.signature import SIGNATURE, Request, headers, sign_reply
from gslb.probe.wire import LARGEST_BODY
from kit.backends import target
from kit.node import PUSH_TOKEN, TOKEN, Node, serving

READY = target(MonitorKind.HTTP, 80, digest="d1")
BATCH = json.dumps({"observations": [[1, ["ready", "web/eu", "127.0.0.1"], "d1", 1, 0.5, 0.1, "fine   "]]}).encode()


class Vantage:
    """Says single requests to a node, well or badly signed."""

    def __init__(self, http: aiohttp.ClientSession, node: Node) -> None:
        self.http, self.node, self.session, self.sequence = http, node, "", 0

    def request(self, **changes) -> Request:
        self.sequence += 1
        asked = Request("eu", "POST", "/v1/observations", self.session, 7, self.sequence, BATCH)
        return replace(asked, **changes)

    async def say(self, request: Request, token: bytes = TOKEN, body: bytes | None = None, **extra: str):
        """The status and body of the answer; what is answered 200 or 409 must be signed for this request."""
        carried = headers(request, token) | extra
        async with self.http.request(
            request.method,
            self.node.url + request.path,
            data=BytesIO(request.body if body is None else body),
            headers=carried,
        ) as answer:
            content = await answer.read()
            if answer.status in (200, 400, 409):
                assert answer.headers[SIGNATURE] == sign_reply(request, answer.status, content, token)
            return answer.status, content

    async def greet(self) -> None:
        status, content = await self.say(self.request())
        assert status == 409
        self.session = json.loads(content)["session"]


@pytest.fixture
async def node():
    async with serving(Node()) as listening:
        listening.ask_for(READY)
        yield listening


@pytest.fixture
async def vantage(node):
    async with aiohttp.ClientSession() as http:
        known = Vantage(http, node)
        await known.greet()
        yield known


async def test_observations_are_taken_and_answered_with_the_list_that_is_wanted(vantage, node):
    status, content = await vantage.say(vantage.request())

    assert (status, json.loads(content)) == (200, {"checks": list_of([READY]).digest})
    (seen,) = node.observed
    assert (seen.vantage, seen.epoch, seen.sequence, seen.check, seen.ok) == ("eu", 7, 1, READY.check, True)
    assert (seen.reason, seen.took) == ("fine", 0.1)


async def test_the_list_is_given_as_it_is_now(vantage, node):
    node.ask_for()

    status, content = await vantage.say(vantage.request(method="GET", path="/v1/checks", body=b""))

    assert (status, content) == (200, list_of([]).body)


async def test_an_empty_batch_is_heard_and_nobody_told(vantage, node):
    status, _ = await vantage.say(vantage.request(body=b'{"observations": []}'))

    assert (status, node.batches) == (200, 0)


async def test_what_was_said_once_is_not_heard_again(vantage, node):
    request = vantage.request()
    assert (await vantage.say(request))[0] == 200

    status, content = await vantage.say(request)

    assert (status, json.loads(content)) == (409, {"session": vantage.session, "epoch": 7})
    assert node.batches == 1


@pytest.mark.parametrize(
    "change", [{"epoch": 6}, {"epoch": 6, "sequence": 99}, {"session": ""}, {"session": "00"}], ids=str
)
async def test_what_belongs_to_the_past_is_refused_with_where_we_are(vantage, node, change):
    assert (await vantage.say(vantage.request()))[0] == 200

    status, content = await vantage.say(vantage.request(**change))

    assert (status, json.loads(content)["session"]) == (409, vantage.session)
    assert node.batches == 1


async def test_a_request_of_another_session_does_not_move_the_order(vantage):
    await vantage.say(vantage.request(session="00", epoch=2**60))

    assert (await vantage.say(vantage.request()))[0] == 200


async def test_what_was_recorded_before_a_node_restarted_cannot_be_replayed(vantage, node):
    recorded = vantage.request()
    async with serving(Node()) as restarted:
        restarted.ask_for(READY)
        vantage.node = restarted
        status, _ = await vantage.say(recorded)

    assert status == 409
    assert restarted.observed == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, {"token": b"fedcba9876543210"}, id="another-token"),
        pytest.param({"vantage": "us"}, {}, id="unknown-vantage"),
        pytest.param({}, {"body": BATCH.replace(b"1, 0.5", b"0, 0.5")}, id="changed-body"),
        pytest.param({}, {SIGNATURE: "00" * 32}, id="changed-signature"),
        pytest.param({}, {"Gslb-Sequence": "99"}, id="changed-sequence"),
        pytest.param({}, {"Gslb-Epoch": "soon"}, id="no-epoch"),
        pytest.param({}, {"Content-Encoding": "deflate"}, id="packed"),
    ],
)
async def test_what_is_not_a_vantages_word_is_refused_all_alike(vantage, node, changes, said):
    status, content = await vantage.say(vantage.request(**changes), **said)

    assert (status, content) == (401, b"unknown vantage or wrong token\n")
    assert node.observed == []


async def test_a_request_without_any_name_is_refused(vantage, node):
    async with vantage.http.get(f"{node.url}/v1/checks") as answer:
        assert answer.status == 401


async def test_a_body_too_large_is_refused(vantage, node):
    status, _ = await vantage.say(vantage.request(body=b" " * (LARGEST_BODY + 1)))

    assert status == 413


async def test_a_signed_body_that_is_no_batch_says_where_it_is_wrong(vantage, node):
    status, content = await vantage.say(vantage.request(body=b'{"observations": [[1]]}'))

    assert status == 400
    assert json.loads(content)["error"].startswith("observations/0/1: ")


async def test_a_vantage_whose_token_is_taken_back_is_a_stranger(vantage, node):
    node.reports.adopt({"eu": list_of([READY])}, {}, {})

    assert (await vantage.say(vantage.request()))[0] == 401


@pytest.mark.parametrize(
    ("name", "authorization", "status"),
    [
        ("db", f"Bearer {PUSH_TOKEN.decode()}", 204),
        ("db", f"bearer  {PUSH_TOKEN.decode()}", 204),
        ("db", f"Bearer {PUSH_TOKEN.decode()}x", 401),
        ("db", f"Basic {PUSH_TOKEN.decode()}", 401),
        ("db", "Bearer ", 401),
        ("db", "Bearer ü", 401),
        ("db", None, 401),
        ("cache", f"Bearer {PUSH_TOKEN.decode()}", 401),
        ("db/2", f"Bearer {PUSH_TOKEN.decode()}", 401),
    ],
)
async def test_a_heartbeat_counts_under_its_monitors_token_only(vantage, node, name, authorization, status):
    carried = {"Authorization": authorization} if authorization else {}

    async with vantage.http.post(f"{node.url}/v1/push/{name}", headers=carried) as answer:
        assert answer.status == status

    assert [beat[0] for beat in node.beats] == (["db"] if status == 204 else [])
