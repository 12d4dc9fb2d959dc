"""Sentinels on the wire: whoever reaches none abstains, a node and a remote vantage alike, and says so."""

import secrets
import time

from kit.addresses import free_port, own_address
from kit.processes import GSLB, Node, Process
from kit.region import Region, regions
from kit.twoland import DETECTION, NAME, two_regions
from kit.waiting import wait_until

TOLD = 2.0 + 3.0  # a cut is known within an interval and a timeout of the sentinels; then reporting, on a busy machine


def states(node: Node) -> dict[str, str]:
    """What each vantage does."""
    return {one["name"]: one["state"] for one in node.status_now()["vantages"]}


def test_while_nobody_reaches_a_sentinel_nothing_changes_and_then_everything_does(tmp_path, record_property):
    eu, us, outside, port = own_address(), own_address(), own_address(), free_port()
    token = tmp_path / "token"
    token.write_text(secrets.token_hex(32) + "\n")
    token.chmod(0o600)
    more = f"sentinels: ['http://{outside}:{port}/']\nvantages:\n  frankfurt: {{token: 'file:{token}'}}\n"
    here, there, sentinel = Region(port, eu), Region(port, us), Region(port, outside)
    with regions(here, there, sentinel), Node(tmp_path, two_regions(eu, us, port, more=more)) as node:
        node.start()
        url = f"http://{node.address}:{node.admin_port}"
        command = [*GSLB, "probe", "--name", "frankfurt", "--token", f"file:{token}", "--node", url]
        with Process(tmp_path, "frankfurt", command) as agent:
            agent.launch()
            wait_until(lambda: set(states(node).values()) == {"votes"}, 40, lambda: agent.log)
            assert len(states(node)) == 2

            sentinel.stop()
            cut_at = time.monotonic()
            wait_until(lambda: set(states(node).values()) == {"abstains"}, TOLD)
            known = time.monotonic() - cut_at
            here.stop()
            time_of_death = time.monotonic()
            wait_until(lambda: time.monotonic() > time_of_death + DETECTION + 1, DETECTION + 5)
            assert node.states() == {"web/eu-west": "up", "web/us-east": "up"}
            assert node.addresses(NAME) == {eu}

            sentinel.start()
            wait_until(lambda: node.addresses(NAME) == {us}, TOLD + DETECTION)
            assert set(states(node).values()) == {"votes"}
            told = f"a cut known in {known:.2f} s; nothing changed meanwhile, and what had died was found afterwards"
            print(told)
            record_property("sentinels", told)
