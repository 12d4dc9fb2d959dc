"""Who may stay when there are too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.server.connections import Connections, client_of


def table(total=100, per_client=100, idle=10.0):
    return Connections(total, per_client, idle)


def test_a_full_table_gives_up_its_idlest_for_a_newcomer():
    connections = table(total=2)
    assert connections.admit("a", "192.0.2.1", 0.0) is None
    assert connections.admit("b", "192.0.2.2", 1.0) is None
    connections.touch("a", 2.0)

    assert connections.admit("c", "192.0.2.3", 3.0) == "b"
    assert connections.all() == ["a", "c"]


def test_a_client_at_its_limit_gives_up_its_own_idlest_and_nobody_elses():
    connections = table(per_client=2)
    connections.admit("other", "192.0.2.9", 0.0)
    connections.admit("a", "192.0.2.1", 1.0)
    connections.admit("b", "192.0.2.1", 2.0)
    connections.touch("a", 3.0)

    assert connections.admit("c", "192.0.2.1", 4.0) == "b"
    assert "other" in connections
    assert len(connections) == 3


def test_idle_connections_expire_and_active_ones_do_not():
    connections = table(idle=10.0)
    connections.admit("a", "192.0.2.1", 0.0)
    connections.admit("b", "192.0.2.1", 1.0)
    connections.touch("a", 5.0)

    assert connections.expired(10.9) == []
    assert connections.expired(11.0) == ["b"]
    assert connections.expired(15.0) == ["b", "a"]


def test_what_was_removed_is_gone_and_stays_gone():
    connections = table()
    connections.admit("a", "192.0.2.1", 0.0)

    connections.remove("a")
    connections.remove("a")
    connections.touch("a", 1.0)

    assert len(connections) == 0
    assert connections.idlest() is None
    assert connections.expired(100.0) == []


@given(st.lists(st.tuples(st.sampled_from(["admit", "touch", "remove"]), st.integers(0, 15), st.integers(0, 3))))
def test_limits_hold_and_the_order_is_by_last_activity(moves):
    connections, last, clients = table(total=6, per_client=3), {}, {}
    for now, (move, name, client) in enumerate(moves):
        match move:
            case "admit" if name not in last:
                victim = connections.admit(name, str(client), float(now))
                mine = [each for each in last if clients[each] == client]
                if len(mine) >= 3:
                    assert victim == min(mine, key=last.get)
                elif len(last) >= 6:
                    assert victim == min(last, key=last.get)
                else:
                    assert victim is None
                last.pop(victim, None)
                last[name], clients[name] = now, client
            case "touch":
                connections.touch(name, float(now))
                if name in last:
                    last[name] = now
            case "remove":
                connections.remove(name)
                last.pop(name, None)
        assert connections.all() == sorted(last, key=last.get)


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1ff:1::1", "2001:db8:0:100::/56"),
        ("fe80::1%eth0", "fe80::/56"),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_prefix(address, client):
    assert client_of(address) == client
