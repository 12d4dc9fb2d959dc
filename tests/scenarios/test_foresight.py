"""What `gslb simulate` foretells is what is answered once it happens: a region dies, another is turned off."""

import json
import random
import socket
import time
from collections import Counter

import dns.edns
import dns.message
import pytest

from kit.addresses import free_port, own_address
from kit.processes import Node
from kit.region import Region, regions
from kit.twoland import DETECTION
from kit.waiting import wait_until

NAMES = {"www": 5, "shop": 1, "api": 3, "pick": 2}  # how often each is asked for
PLACES = {"198.18": ("DE", 5), "198.19": ("SE", 2), "203.0": ("US", 3)}  # first octets of clients: where, how many
ROUND = 1_200  # queries
PACE = 0.004  # seconds between two queries
NEAR = 0.03  # by how much a share may be off: two answers in eleven are drawn
WWW = "www.example.com"


def site(addresses, port, folder):
    eu_west, eu_north, us_east = addresses
    return f"""\
clients: {{overlay: '{folder}/places.csv'}}
regions:
  eu-west: {{at: FRA, capacity: 1k/s}}
  eu-north: {{at: ARN, capacity: 3/s}}
  us-east: {{at: IAD, capacity: 1k/s}}
monitors:
  ready: {{probe: "http://{WWW}:{port}/", interval: 1s, timeout: 1s, confirm_interval: 250ms, fall: 2, rise: 2}}
pools:
  web: {{monitor: ready, endpoints: {{eu-west: {eu_west}, eu-north: {eu_north}, us-east: {us_east}}}}}
policies:
  in-eu: {{latency: web, in: [eu-west, eu-north], fence: true}}
safety: [{{keep: 2, of: [eu-west, eu-north, us-east]}}]
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 127.0.0.1
    steer:
      www: {{ttl: 5s, geo: {{eu: in-eu, default: {{latency: web}}}}}}
      shop: {{ttl: 5s, sticky: web}}
      api: {{ttl: 5s, failover: [web/eu-west, web/us-east, web/eu-north], failback: manual}}
      pick: {{ttl: 5s, weighted: {{web/eu-west: 2, web/eu-north: 1, web/us-east: 5}}}}
"""


def questions():
    """A round of them: names, and clients' subnets, by how often they are asked for."""
    chance = random.Random(7)
    names = chance.choices([*NAMES], [*NAMES.values()], k=ROUND)
    starts = chance.choices([*PLACES], [often for _, often in PLACES.values()], k=ROUND)
    return [(name, f"{start}.{chance.randrange(256)}.0") for name, start in zip(names, starts, strict=True)]


def measured(node, region_of, asked):
    """Each region's share of the answers to a round."""
    found: Counter[str] = Counter()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((node.address, node.port))
        for name, subnet in asked:
            options = [dns.edns.ECSOption(subnet, 24)]
            client.send(dns.message.make_query(f"{name}.example.com", "A", use_edns=0, options=options).to_wire())
            reply = dns.message.from_wire(client.recv(4_096))
            found[region_of[reply.answer[0][0].to_text()]] += 1
            time.sleep(PACE)
    return {region: found[region] / ROUND for region in region_of.values()}


def foretold(node, *words):
    """Each region's share, before and after."""
    done = node.cli("simulate", *words, "--json")
    assert done.returncode in (0, 1), done.stderr
    said = json.loads(done.stdout)
    assert said["known"]
    assert sum(one["before"] for one in said["regions"]) == pytest.approx(said["rate"])
    before = {one["region"]: one["before"] / said["rate"] for one in said["regions"]}
    return before, {one["region"]: one["after"] / said["rate"] for one in said["regions"]}, said


def test_what_is_foretold_is_what_is_answered(tmp_path, record_property):
    port = free_port()
    homes = {name: own_address() for name in ("eu-west", "eu-north", "us-east")}
    region_of = {address: name for name, address in homes.items()}
    lines = [f"{start}.0.0/16,{country}" for start, (country, _) in PLACES.items()]
    (tmp_path / "places.csv").write_text("\n".join(["prefix,country", *lines]) + "\n")
    backends = {name: Region(port, address) for name, address in homes.items()}
    asked = questions()

    def compare(what, predicted, answered):
        for region in homes:
            told = f"{what}: {region} foretold {predicted[region]:.1%}, answered {answered[region]:.1%}"
            print(told)
            record_property("foresight", told)
        assert predicted == pytest.approx(answered, abs=NEAR)

    with regions(*backends.values()), Node(tmp_path, site(homes.values(), port, tmp_path)) as node:
        node.start()
        wait_until(lambda: {*node.states().values()} == {"up"}, 10)
        now = measured(node, region_of, asked)
        before, down, said = foretold(node, "--down", "eu-west")
        compare("as it is", before, now)
        assert [one["child"] for one in said["latched"] if one["name"] == "api.example.com."] == ["web/us-east"]
        assert any("eu-north would carry" in trouble for trouble in said["troubles"]), "eu clients are fenced"
        unsafe = node.cli("safe-to-drain", "eu-west")
        assert (unsafe.returncode, unsafe.stdout[:3]) == (1, "NO "), unsafe.stdout + unsafe.stderr
        assert "eu clients are fenced: eu-north would carry" in unsafe.stdout

        backends["eu-west"].stop()
        wait_until(lambda: node.states()["web/eu-west"] == "down", DETECTION + 5)
        wait_until(lambda: node.addresses("api.example.com") == {homes["us-east"]}, 5)
        compare("eu-west down", down, measured(node, region_of, asked))

        backends["eu-west"].start()
        wait_until(lambda: node.states()["web/eu-west"] == "up", 15)
        _, off, _ = foretold(node, "--off", "us-east")  # of which api, latched, goes back to eu-west
        assert node.cli("off", "us-east").returncode == 0
        wait_until(lambda: node.addresses("api.example.com") == {homes["eu-west"]}, 5)
        compare("us-east off", off, measured(node, region_of, asked))

        ruled = node.cli("safe-to-drain", "eu-north")
        rule = "a safety rule forbids it: keep 2 of 3: only eu-west would be left"
        assert rule in node.cli("simulate", "--drain", "eu-north").stdout
        assert (ruled.returncode, ruled.stdout[:3]) == (1, "NO "), ruled.stdout + ruled.stderr
        assert node.metric("gslb_region_demand", region="eu-north") > 0
        assert node.metric("gslb_region_utilisation", region="eu-north") > 1
        assert "% of capacity" in node.cli("status").stdout
