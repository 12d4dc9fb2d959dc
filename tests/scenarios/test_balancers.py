"""Regional balancers and a node as processes: what they report turns verdicts, moves clients and tells people."""

import json
import secrets
import subprocess
import threading
from collections import Counter
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kit.addresses import own_address
from kit.processes import GSLB, Node
from kit.twoland import RECORDS
from kit.waiting import wait_until

TEXT = """\
regions: {{eu-west: {{}}, us-east: {{}}}}
monitors:
  backends: {{balancer: edge, min_healthy: 2, grace: 3s}}
pools:
  web: {{monitor: backends, endpoints: {{eu-west: {eu}, us-east: {us}}}}}
balancers:
  edge: {{serves: web, token: "file:{token}"}}
notify:
  - {{to: "{hook}", on: [failover]}}
zones:
  example.com:
    owner: edge-team@example.com
    records: |
{records}    steer:
      www: {{ttl: 2s, failover: [web/eu-west, web/us-east], failback: auto, runbook: "https://wiki.example.net/www"}}
      feed: {{ttl: 2s, load: web, window: 10s}}
"""


class Balancer:
    """`gslb report` with a script that prints its figures several times a second."""

    def __init__(self, name, token, node):
        self.figures = {"up": 4, "total": 4, "utilisation": 0.3}
        command = [*GSLB, "report", "--name", f"edge/{name}", "--token", f"file:{token}"]
        url = f"http://{node.address}:{node.admin_port}"
        self._process = subprocess.Popen([*command, "--node", url], stdin=subprocess.PIPE)
        self._ended = threading.Event()
        self._script = threading.Thread(target=self._print)

    def _print(self):
        while not self._ended.wait(0.2):
            self._process.stdin.write(json.dumps(self.figures).encode() + b"\n")
            self._process.stdin.flush()

    def __enter__(self):
        self._script.start()
        return self

    def stop(self):
        self._ended.set()
        if self._script.is_alive():
            self._script.join()
        if self._process.poll() is None:
            self._process.stdin.close()
            assert self._process.wait(20) == 0

    def __exit__(self, *_):
        self.stop()


class Hook(BaseHTTPRequestHandler):
    """A chat's webhook."""

    def do_POST(self):
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Nobody wants to know."""


@pytest.fixture
def hook():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.got = []
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def share(node, name, address):
    """Of 200 answers, how many are this address."""
    return Counter(next(iter(node.addresses(name))) for _ in range(200))[address] / 200


def test_a_region_with_too_few_backends_is_left_and_people_are_told(tmp_path, hook, record_property):
    eu, us = own_address(), own_address()
    token = tmp_path / "token"
    token.write_text(secrets.token_hex(32))
    text = TEXT.format(eu=eu, us=us, token=token, records=RECORDS, hook=f"http://127.0.0.1:{hook.server_port}/T0")
    with Node(tmp_path, text) as node, ExitStack() as stack:
        node.start()
        here = stack.enter_context(Balancer("eu-west", token, node))
        there = stack.enter_context(Balancer("us-east", token, node))
        wait_until(lambda: node.states() == {"web/eu-west": "up", "web/us-east": "up"}, 20, lambda: node.log)
        assert node.addresses("www.example.com") == {eu}

        here.figures = {"up": 1, "total": 4}
        wait_until(lambda: node.addresses("www.example.com") == {us}, 10, lambda: node.log)
        (told,) = wait_until(lambda: hook.got[:1], 20, lambda: node.log)
        record_property("told", told["text"])
        assert told["text"].startswith("eu-west DOWN ")
        assert "Z (1 of 4 backends up, needs 2); www,feed moved in" in told["text"]
        assert told["text"].endswith("runbook https://wiki.example.net/www; owner edge-team@example.com")
        assert "1 of 4 backends up, needs 2" in json.dumps(node.status_now())

        here.figures = {"up": 4, "total": 4, "utilisation": 1.6}
        there.figures = {"up": 4, "total": 4, "utilisation": 0.2}
        wait_until(lambda: node.addresses("www.example.com") == {eu}, 10, lambda: node.log)
        told = wait_until(lambda: hook.got[1:2], 20, lambda: node.log)[0]
        assert told["resolved"] is True
        wait_until(lambda: share(node, "feed.example.com", eu) < 0.3, 40, lambda: node.log)
        explained = node.cli("explain", "feed.example.com").stdout
        record_property("explained", explained)
        assert "of capacity: takes" in explained
        assert share(node, "www.example.com", eu) == 1.0

        assert node.metric("gslb_balancer_backends", balancer="edge/eu-west", state="up") == 4
        assert node.metric("gslb_load_factor", node="feed.example.com.", child="web/eu-west") < 0.5

        here.stop()  # a silent reporter is no dead site
        wait_until(lambda: "balancer silent for 3 s" in json.dumps(node.status_now()), 20, lambda: node.log)
        assert node.states()["web/eu-west"] == "up"
        assert node.addresses("www.example.com") == {eu}
        wait_until(lambda: node.metric("gslb_notifications_total", recipient="127.0.0.1", outcome="sent") == 2, 10)
        assert len(hook.got) == 2
