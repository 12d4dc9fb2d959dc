"""Sockets with packets are found, whether they are watched or flow."""

import socket

import pytest

from gslb.engine.exchange import SLOTS
from gslb.engine.waiting import Polling, Watching


@pytest.fixture
def pair():
    """Two bound sockets, and a function that sends one packet to one of them."""
    bound = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(2)]
    for one in bound:
        one.bind(("127.0.0.1", 0))
        one.settimeout(5)
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        yield bound, lambda one: client.sendto(b"x", bound[one].getsockname())
    for one in bound:
        one.close()


def numbers(bound):
    return [one.fileno() for one in bound]


@pytest.mark.parametrize("kind", [Watching, Polling])
def test_only_sockets_with_packets_are_told(pair, kind):
    bound, send = pair
    waiting = kind(numbers(bound))
    assert waiting.wait(0) == []
    for one in (1, 0):
        send(one)
        assert waiting.wait(10) == [bound[one].fileno()]
        bound[one].recv(99)
        waiting.took(bound[one].fileno(), 1)
    assert waiting.wait(0) == []


@pytest.mark.parametrize("kind", [Watching, Polling])
def test_a_socket_that_flowed_is_told_again_whenever_a_packet_came(pair, kind):
    """Also the one that came between the last look and the moment it was watched again."""
    bound, send = pair
    waiting = kind(numbers(bound))
    for _ in range(3):
        send(0)
        assert waiting.wait(10) == [bound[0].fileno()]
        waiting.took(bound[0].fileno(), SLOTS)
        bound[0].recv(99)
        assert set(waiting.wait(0)) <= {bound[0].fileno()}
        send(0)
        waiting.took(bound[0].fileno(), 0)
        assert waiting.wait(10) == [bound[0].fileno()]
        bound[0].recv(99)
    assert waiting.wait(0) == []


def test_a_socket_that_flows_is_served_without_waiting_and_does_not_hide_the_others(pair):
    bound, send = pair
    one, other = numbers(bound)
    waiting = Watching([one, other])
    waiting.took(one, SLOTS)

    assert waiting.wait(60) == [one]
    send(1)
    assert sorted(waiting.wait(60)) == sorted([one, other])
    waiting.took(one, 3)
    assert one in waiting.wait(60), "it still flows"
    waiting.took(one, 0)
    assert waiting.wait(60) == [other]


def test_of_two_who_wait_one_may_take_it_all(pair):
    bound, send = pair
    first, second = (Watching(numbers(bound)) for _ in range(2))
    send(0)
    first.wait(10)
    first.took(bound[0].fileno(), SLOTS)
    bound[0].recv(99)
    assert second.wait(0) == []
    send(0)
    assert second.wait(10) == [bound[0].fileno()]
