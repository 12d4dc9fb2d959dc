"""What clients measure moves them to the region that is near in truth, and stays known over a restart."""

import json
import urllib.error
import urllib.request

from kit.addresses import free_port, own_address
from kit.processes import Node
from kit.region import Region, regions
from kit.twoland import two_regions
from kit.waiting import wait_until

NEAR = "near.example.com"
TOKEN = "token-of-the-shop-0123456789abcdef"
SOON = 30.0  # seconds in which a reload is over, on a busy machine
CLIENT, NEIGHBOUR = "91.0.5.0/24", "91.0.200.0/24"  # both in Germany, as the shipped database says


def post(node: Node, samples: list[dict], token: str = TOKEN) -> int:
    request = urllib.request.Request(
        f"http://{node.address}:{node.admin_port}/v1/latency",
        json.dumps({"client": CLIENT, "samples": samples}).encode(),
        {"Authorization": f"Bearer {token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_measured_round_trips_steer_and_are_explained(tmp_path):
    eu, us, port = own_address(), own_address(), free_port()
    (tmp_path / "token").write_text(TOKEN)
    more = f"clients: {{measured: {{token: 'file:{tmp_path}/token', publish: 1s}}}}\n"
    text = two_regions(eu, us, port, steer="      near: {ttl: 5s, latency: web}\n", more=more)
    with regions(Region(port, eu), Region(port, us)), Node(tmp_path, text) as node:
        node.start()
        assert node.addresses(NEAR, subnet=CLIENT) == {eu}

        measured = [{"region": "eu-west", "ms": 180}, {"region": "us-east", "ms": 20}] * 20
        assert post(node, measured, token="somebody-else-0123456789") == 401
        assert post(node, [{"region": "moon", "ms": 1}]) == 400
        assert post(node, measured) == 204
        wait_until(lambda: node.addresses(NEAR, subnet=CLIENT) == {us}, SOON, lambda: node.log)
        assert node.addresses(NEAR, subnet=NEIGHBOUR) == {eu}
        told = node.cli("explain", NEAR, "--client", CLIENT).stdout
        assert "us-east 21 ms (n=20, " in told  # the distance, six times that, still counts a little
        assert "old), eu-west " in told
        assert "2 round trips published" in node.cli("latency").stdout
        assert node.metric("gslb_latency_samples_total", source="application") == 40

        exported = node.cli("latency", "export").stdout
        assert CLIENT in exported
        (tmp_path / "back.csv").write_text(exported.replace(CLIENT, NEIGHBOUR))
        assert "learned from 2 rows" in node.cli("latency", "import", str(tmp_path / "back.csv")).stdout
        wait_until(lambda: node.addresses(NEAR, subnet=NEIGHBOUR) == {us}, SOON, lambda: node.log)

        assert node.end() == 0
        node.start()
        assert node.addresses(NEAR, subnet=CLIENT) == node.addresses(NEAR, subnet=NEIGHBOUR) == {us}
        assert "n=20, " in node.cli("explain", NEAR, "--client", CLIENT).stdout
