"""The lab's world is a configuration like any other: it passes the checks, and sends each continent to its region."""

from ipaddress import ip_address

import pytest

from gslb.lab.world import NAME, REGIONS, SERVERS, ZONE, configuration, overlay, what_to_try
from gslb.nameserver import View
from kit.worlds import all_up, ask, query, texts, world


@pytest.fixture(scope="module")
def view():
    made = world(configuration(SERVERS[0], "state", "tokens"), {"tokens/places.csv": overlay()})
    return View(made, all_up(made))


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_each_continent_gets_the_addresses_of_its_region(view, region):
    assert set(texts(ask(view, query(NAME, subnet=region.client)))) == {address for _, address in region.backends}


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_a_loopback_client_is_placed_by_the_overlay(view, region):
    found = texts(ask(view, query(NAME), sender=f"{region.network}.7.7"))

    assert set(found) == {address for _, address in region.backends}


def test_losing_a_region_moves_its_clients_to_another(view):
    first = REGIONS[0]
    down = frozenset(f"web/{first.name}/{name}" for name, _ in first.backends)
    lost = View(view.world, all_up(view.world, down))

    found = texts(ask(lost, query(NAME, subnet=first.client)))

    assert found
    assert not set(found) & {address for _, address in first.backends}


def test_both_servers_are_named_in_the_zone(view):
    assert set(texts(ask(view, query(ZONE, "NS")))) == {f"{server.name}.{ZONE}." for server in SERVERS}
    assert texts(ask(view, query(f"ns2.{ZONE}"))) == [SERVERS[1].address]


def test_everything_is_on_loopback():
    addresses = [server.address for server in SERVERS]
    addresses += [address for region in REGIONS for _, address in region.backends]

    assert all(ip_address(address).is_loopback for address in addresses)


def test_what_to_try_names_every_continent_and_how_to_lose_a_region():
    text = what_to_try()

    assert all(region.client in text for region in REGIONS)
    assert "gslb lab down eu-west" in text
    assert "Ctrl-C" in text


def test_what_to_try_can_be_typed_where_the_program_is_not_on_the_path():
    text = what_to_try(".venv/bin/gslb", "/tmp/lab")

    assert ".venv/bin/gslb lab --folder /tmp/lab down eu-west" in text
    assert ".venv/bin/gslb status --state /tmp/lab/ns1" in text
    assert "  gslb " not in text
