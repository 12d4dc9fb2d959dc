"""What an operator says with the commands, and what is answered then."""

import pytest

from kit.addresses import free_port, own_address
from kit.processes import Node
from kit.region import Region, regions
from kit.twoland import DETECTION, NAME, RETURN, two_regions
from kit.waiting import wait_until

NOW = 5.0  # seconds that a word may take to be published, on a busy machine
BOTH = "both.example.com"
MANUAL = "manual.example.com"
STEER = """\
      both: {ttl: 5s, multivalue: web}
      manual: {ttl: 5s, failover: [web/eu-west, web/us-east], failback: manual}
"""


@pytest.fixture
def world(tmp_path):
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    with regions(here, there), Node(tmp_path, two_regions(eu, us, port, steer=STEER)) as node:
        yield node.start(), here, there, eu, us


def test_words_change_what_is_answered_until_they_are_taken_back(world):
    node, here, _, eu, us = world

    def said(*words: str) -> str:
        done = node.cli(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(*words: str) -> str:
        done = node.cli(*words)
        assert done.returncode == 1, done.stdout
        assert done.stderr
        return done.stderr

    def answered(name: str, *addresses: str) -> None:
        wait_until(lambda: node.addresses(name) == set(addresses), NOW, lambda: node.addresses(name))

    answered(BOTH, eu, us)

    assert said("drain", "web/eu-west", "--why", "CHG-1").startswith(
        "drain d-1: web/eu-west, from now on, until undone"
    )
    answered(BOTH, us)
    answered(NAME, us)
    said("drain", "us-east")  # a region, and with it all that is left: drained ones are better than none
    answered(BOTH, eu, us)
    said("auto", "us-east")
    answered(BOTH, us)
    said("auto", "web/eu-west")
    answered(BOTH, eu, us)

    said("off", "web/eu-west")
    answered(BOTH, us)
    told = refused("off", "us-east")
    assert "last" in told
    assert "--force" in told
    answered(BOTH, us)
    said("off", "us-east", "--force")
    wait_until(lambda: not node.addresses(BOTH), NOW)
    assert node.ask(BOTH).authority[0].rdtype.name == "SOA"
    said("auto", "us-east")
    said("auto", "web/eu-west")
    answered(BOTH, eu, us)

    assert "unknown path web/eu-wset" in refused("off", "web/eu-wset")
    assert "web/eu-west" in refused("drain", "web/eu-wset")
    assert "no word stands on" in refused("auto", "web/eu-west")

    here.stop()
    wait_until(lambda: node.addresses(BOTH) == {us}, DETECTION)
    said("up", "web/eu-west", "--why", "the probe is wrong")
    answered(NAME, eu)
    (override,) = node.status_now()["overrides"]
    assert (override["path"], override["word"], override["why"]) == ("web/eu-west", "up", "the probe is wrong")
    assert override["author"]
    said("auto", "web/eu-west")
    answered(NAME, us)
    here.start()
    wait_until(lambda: node.addresses(NAME) == {eu}, RETURN)

    said("off", "web/eu-west", "--for", "2s")
    answered(NAME, us)
    answered(NAME, eu)
    assert node.status_now()["overrides"] == []
    assert node.events("override")[-1]["author"] == "expiry"


def test_a_manual_failback_waits_for_the_word(world):
    node, here, _, eu, us = world
    here.stop()
    wait_until(lambda: node.addresses(MANUAL) == {us}, DETECTION)
    here.start()
    wait_until(lambda: node.addresses(NAME) == {eu}, RETURN)  # the same endpoint, under a name that goes back by itself
    assert node.addresses(MANUAL) == {us}
    assert [latch["name"] for latch in node.status_now()["latches"]] == ["manual"]

    told = node.cli("explain", MANUAL, "A", "--client", "192.0.2.7")
    assert us in told.stdout
    assert node.cli("failback", "manual").returncode == 0
    wait_until(lambda: node.addresses(MANUAL) == {eu}, NOW)

    unknown = node.cli("failback", "manuel")
    assert unknown.returncode == 1
    assert "unknown steered name manuel" in unknown.stderr
