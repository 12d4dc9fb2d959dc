"""Who else has a say in health: remote vantages as processes, and services that say themselves that they live."""

import secrets
import signal
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from kit.addresses import free_port, own_address
from kit.processes import GSLB, Node, Process
from kit.region import Region, regions
from kit.twoland import DETECTION, NAME, RETURN, two_regions
from kit.waiting import wait_until

VANTAGES = ("frankfurt", "ashburn", "mumbai")


@pytest.fixture
def tokens(tmp_path) -> Path:
    folder = tmp_path / "tokens"
    folder.mkdir()
    for name in (*VANTAGES, "beat"):
        (folder / name).write_text(secrets.token_hex(32) + "\n")
        (folder / name).chmod(0o600)
    return folder


def votes(node: Node, path: str) -> tuple[int, int]:
    """How many say up and how many say down of an endpoint."""
    (found,) = (one["verdicts"][0]["votes"] for one in node.status_now()["endpoints"] if one["path"] == path)
    return tuple(found)


def test_a_vantage_that_is_cut_off_changes_nothing_and_the_others_decide(tmp_path, tokens, record_property):
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    named = "".join(f"  {name}: {{token: 'file:{tokens}/{name}'}}\n" for name in VANTAGES)
    text = two_regions(eu, us, port, more=f"vantages:\n{named}")
    with regions(here, there), Node(tmp_path, text) as node, ExitStack() as stack:
        node.start()
        url = f"http://{node.address}:{node.admin_port}"
        agents = []
        for name in VANTAGES:
            command = [*GSLB, "probe", "--name", name, "--token", f"file:{tokens}/{name}", "--node", url]
            agents.append(stack.enter_context(Process(tmp_path, name, command)))
            agents[-1].launch()
        wait_until(
            lambda: votes(node, "web/eu-west") == (4, 0) == votes(node, "web/us-east"), 40, lambda: agents[0].log
        )

        agents[0].signal(signal.SIGSTOP)
        wait_until(lambda: votes(node, "web/eu-west") == (3, 0), 15)  # three intervals later it is no longer fresh
        assert node.addresses(NAME) == {eu}
        assert node.states() == {"web/eu-west": "up", "web/us-east": "up"}

        lost_at = time.monotonic()
        here.stop()
        wait_until(lambda: node.addresses(NAME) == {us}, DETECTION)
        told = f"failover with one of four voices silent: {time.monotonic() - lost_at:.2f} s of {DETECTION:.2f} s"
        print(told)
        record_property("quorum", told)
        here.start()
        wait_until(lambda: node.addresses(NAME) == {eu}, RETURN + 1)

        agents[0].signal(signal.SIGCONT)
        wait_until(lambda: votes(node, "web/eu-west") == (4, 0), 15)
        for agent in agents:
            assert agent.end() == 0


def test_a_stranger_has_no_say(tmp_path, tokens):
    eu, us, port = own_address(), own_address(), free_port()
    more = f"vantages:\n  frankfurt: {{token: 'file:{tokens}/frankfurt'}}\n"
    with regions(Region(port, eu, us)), Node(tmp_path, two_regions(eu, us, port, more=more)) as node:
        node.start()
        url = f"http://{node.address}:{node.admin_port}"
        command = [*GSLB, "probe", "--name", "frankfurt", "--token", f"file:{tokens}/mumbai", "--node", url]
        with Process(tmp_path, "stranger", command) as stranger:
            stranger.launch()
            wait_until(lambda: "401" in stranger.log, 20, lambda: stranger.log)
            assert votes(node, "web/eu-west") == (1, 0)


HEARTBEAT = """\
regions:
  eu-west: {{at: FRA}}
  us-east: {{at: IAD}}
monitors:
  alive: {{push: 'file:{token}', every: 1s, grace: 1s}}
pools:
  jobs:
    endpoints:
      eu-west: {{address: 192.0.2.1, monitor: alive}}
      us-east: 192.0.2.2
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 127.0.0.1
    steer:
      jobs: {{ttl: 2s, failover: [jobs/eu-west, jobs/us-east], failback: auto}}
"""


class Heart:
    """Says over HTTP that a service lives, several times a second, while its `with` block lasts."""

    def __init__(self, url: str, token: str) -> None:
        self._request = urllib.request.Request(url, method="POST", headers={"Authorization": f"Bearer {token}"})
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat)

    def once(self) -> int:
        try:
            with urllib.request.urlopen(self._request, timeout=5) as response:
                return response.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def _beat(self) -> None:
        while not self._over.wait(0.2):
            self.once()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def test_a_service_is_answered_while_it_says_that_it_lives(tmp_path, tokens, record_property):
    name, token = "jobs.example.com", tokens / "beat"
    with Node(tmp_path, HEARTBEAT.format(token=token)) as node:
        node.start()
        url = f"http://{node.address}:{node.admin_port}/v1/push/alive"
        assert Heart(url, "wrong").once() == 401
        assert Heart(f"{url}s", token.read_text().strip()).once() == 401
        heart = Heart(url, token.read_text().strip())
        assert heart.once() == 204
        with heart:
            wait_until(lambda: node.addresses(name) == {"192.0.2.1"}, 5)
        silent_at = time.monotonic()
        wait_until(lambda: node.addresses(name) == {"192.0.2.2"}, 1 + 1 + 10)  # every, grace, and time to decide
        told = f"a silent heart was noticed after {time.monotonic() - silent_at:.2f} s of 2 s"
        print(told)
        record_property("heartbeat", told)
        with Heart(url, token.read_text().strip()):
            wait_until(lambda: node.addresses(name) == {"192.0.2.1"}, 5)
