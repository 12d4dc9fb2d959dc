"""What people and monitors ask of a node: readiness from heartbeats and tables, reloads all or nothing, one scrape."""

import json
import time

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from gslb.app import Folders, Spec
from gslb.app.control import Beats, Control, JudgeError
from gslb.app.supervise import Listening, fleet
from gslb.control import Journal
from gslb.model import Listener
from gslb.server import open_sockets
from kit.worlds import Published, world

TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
"""
BAD = "ns1 1h A 192.0.2.353\n"
LONG_AGO = 1


NEVER = Beats()


def control(state, beats: Beats = NEVER) -> Control:
    folders = Folders(state)
    folders.make()
    return Control(folders, Journal("control"), lambda: beats)


def test_heartbeats_are_read_in_the_order_of_the_fleet(tmp_path):
    sockets = open_sockets([Listener("127.0.0.1", 0)])
    launches = fleet(Folders(tmp_path), 2, Listening(sockets))
    sockets.close()
    moments = {launch.slot.name: number for number, launch in enumerate(launches, 1)}
    beats = Beats.of(list(moments.values()), 2)

    assert beats == Beats((moments["worker-0"], moments["worker-1"]), moments["judge"], moments["responder"])


def test_a_node_is_ready_once_something_is_published_and_a_worker_turns(tmp_path):
    now = time.monotonic_ns()
    turning = Beats((now,), now, now)
    unpublished = control(tmp_path / "empty", turning).ready()
    Published(tmp_path / "full", world(TEXT))

    assert unpublished == (False, {"generation": 0, "workers": 1, "degraded": []})
    assert control(tmp_path / "full", turning).ready() == (True, {"generation": 1, "workers": 1, "degraded": []})


@pytest.mark.parametrize(
    ("alive", "ready", "workers", "degraded"),
    [
        (("worker", "judge", "responder"), True, 1, []),
        (("worker", "responder"), True, 1, ["judge"]),
        (("worker", "judge"), True, 1, ["responder"]),
        (("worker",), True, 1, ["judge", "responder"]),
        (("judge", "responder"), False, 0, []),
        ((), False, 0, ["judge", "responder"]),
    ],
)
def test_a_node_answers_without_its_judge_and_responder_but_not_without_workers(
    tmp_path, alive, ready, workers, degraded
):
    Published(tmp_path, world(TEXT))
    now = time.monotonic_ns()
    worker, judge, responder = (now if name in alive else LONG_AGO for name in ("worker", "judge", "responder"))
    found = control(tmp_path, Beats((worker, 0), judge, responder)).ready()

    assert found == (ready, {"generation": 1, "workers": workers, "degraded": degraded})


def test_without_a_publication_there_is_no_view_to_tell_of(tmp_path):
    with pytest.raises(web.HTTPServiceUnavailable):
        control(tmp_path).view()


def test_a_scrape_is_told_before_and_after_the_first_publication(tmp_path):
    early = control(tmp_path / "early").metrics()
    Published(tmp_path / "full", world(TEXT))
    late = control(tmp_path / "full").metrics()

    assert b"gslb_reloads_total" in early
    assert b"gslb_reloads_total" in late
    assert b"example.com" not in early
    assert b"example.com" in late


def asked(folders: Folders, zone) -> None:
    folders.spec.write_text(Spec(zones=(("example.com", str(zone)),), listen=("127.0.0.1:5300",)).to_json())


async def test_a_reload_of_wrong_input_is_refused_and_says_why(tmp_path):
    (tmp_path / "zone").write_text(BAD)
    node = control(tmp_path / "state")
    asked(node.folders, tmp_path / "zone")
    told = await node.reload()

    assert told["outcome"] == "refused"
    assert "192.0.2.353" in told["faults"]
    assert node.reloads == {"applied": 0, "refused": 1, "failed": 0}


async def test_a_reload_that_no_judge_adopts_has_failed(tmp_path):
    (tmp_path / "zone").write_text("@ 1h SOA ns1 host 1 2 3 4 5\n@ 1h NS ns1\nns1 1h A 192.0.2.53\n")
    node = control(tmp_path / "state")
    asked(node.folders, tmp_path / "zone")
    told = await node.reload()

    assert told["outcome"] == "failed"
    assert told["faults"].startswith("the judge does not answer")
    assert node.reloads == {"applied": 0, "refused": 0, "failed": 1}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(200, {"done": "d1", "warnings": []}, None), (409, {"error": "no such snapshot"}, "refuses: no such snapshot")],
)
async def test_the_judge_is_asked_over_its_socket_and_its_refusal_passed_on(tmp_path, status, body, said):
    node = control(tmp_path)

    async def adopt(request: web.Request) -> web.Response:
        return web.json_response({**body, "heard": await request.json()}, status=status)

    app = web.Application()
    app.add_routes([web.post("/v1/adopt", adopt)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.UnixSite(runner, str(node.folders.judge_socket)).start()
    try:
        if said is None:
            told = await node.judge("POST", "/v1/adopt", {"digest": "d1"})
            assert told == {**body, "heard": {"digest": "d1"}}
        else:
            with pytest.raises(JudgeError, match=said):
                await node.judge("POST", "/v1/adopt", {"digest": "d1"})
    finally:
        await runner.cleanup()


async def test_the_ttl_of_a_steered_name_is_told_and_of_no_other(tmp_path):
    text = TEXT + "    steer: {www: {ttl: 30s, failover: [web]}}\n"
    Published(tmp_path, world(text + "pools: {web: {endpoints: {main: 192.0.2.1}}}\n"))
    node = control(tmp_path)

    async def told(name):
        request = make_mocked_request("GET", f"/v1/ttl?name={name}")
        return json.loads((await node.get_ttl(request)).body)

    found = await told("www")
    assert (found["name"], found["now"], found["known"], found["delay"]) == ("www.example.com.", 30, False, None)
    assert found == await told("www.example.com")
    with pytest.raises(web.HTTPConflict, match=r"Conflict"):
        await told("wwww")
