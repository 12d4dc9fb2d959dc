"""Which addresses a listener stands for."""

from ipaddress import ip_address

import psutil
import pytest

from gslb.model import Faults, Listener, Mark
from gslb.server.addresses import Place, local_addresses, places

LOCAL = ("127.0.0.1", "192.0.2.2", "::1", "2001:db8::2", "fe80::1%eth0")
INDEX = {"eth0": 2}


def found(*listeners, local=LOCAL):
    return [str(place) for place in places(listeners, lambda: local, INDEX.__getitem__)]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.53", ["192.0.2.53:53"]),
        ("2001:db8::53", ["[2001:db8::53]:53"]),
        ("0.0.0.0", ["127.0.0.1:53", "192.0.2.2:53"]),
        ("::", ["[::1]:53", "[2001:db8::2]:53", "[fe80::1]:53"]),
    ],
)
def test_a_wildcard_is_every_local_address_of_its_family(host, expected):
    assert found(Listener(host)) == expected


def test_a_link_local_address_keeps_its_interface_as_scope():
    (place,) = places([Listener("fe80::1%eth0", 5300)], lambda: LOCAL, INDEX.__getitem__)

    assert place.sockaddr == ("fe80::1", 5300, 0, 2)


def test_an_address_written_and_enumerated_is_bound_once_and_counts_as_written():
    mark = Mark("gslb.yaml", 3, 9)

    both = places([Listener("0.0.0.0"), Listener("192.0.2.2", mark=mark)], lambda: LOCAL)

    assert [str(place) for place in both] == ["192.0.2.2:53", "127.0.0.1:53"]
    assert [(place.found, place.mark) for place in both] == [(False, mark), (True, None)]


def test_the_same_address_on_two_ports_is_two_places():
    assert found(Listener("192.0.2.2"), Listener("192.0.2.2", 5300)) == ["192.0.2.2:53", "192.0.2.2:5300"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
@pytest.mark.parametrize("local", [None, ()])
def test_where_nothing_can_be_enumerated_the_wildcard_itself_is_bound(host, local):
    (place,) = places([Listener(host)], lambda: local)

    assert place == Place(ip_address(host), 53, wildcard=True)


def test_a_family_without_any_local_address_is_bound_as_wildcard():
    (place,) = places([Listener("::")], lambda: ("127.0.0.1",))

    assert place.wildcard


def test_an_interface_that_goes_away_while_we_look_is_left_out():
    def gone(name):
        raise OSError(19, "No such device")

    assert [str(place) for place in places([Listener("::")], lambda: ("::1", "fe80::1%gone0"), gone)] == ["[::1]:53"]


def test_every_host_that_is_no_address_is_a_fault_with_its_place():
    listeners = [Listener("ns1", mark=Mark("a.yaml", 1, 9)), Listener("127.0.0.1"), Listener("fe80::1%nowhere")]

    with pytest.raises(Faults) as caught:
        places(listeners, lambda: LOCAL)

    texts = [str(fault) for fault in caught.value.faults]
    assert len(texts) == 2
    assert texts[0] == (
        "a.yaml:1:9  ns1 is not an address of this machine to listen on (write an IPv4 or IPv6 address, 0.0.0.0 or ::)"
    )


def test_this_machine_says_its_loopback_address():
    assert "127.0.0.1" in (local_addresses() or ())


@pytest.mark.parametrize("answer", [{}, OSError("not allowed"), psutil.AccessDenied()])
def test_a_machine_that_does_not_say_has_no_list(monkeypatch, answer):
    def asked():
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(psutil, "net_if_addrs", asked)

    assert local_addresses() is None
