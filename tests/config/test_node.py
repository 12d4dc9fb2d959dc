"""This node as written: its name, where it listens, its workers."""

import pytest

from gslb.model import Listener, Node
from kit.language import expect, model


def listen(line):
    found = model(f"gslb: 1\nlisten: {line}\n").listen
    return [(each.host, each.port) for each in found.dns], found.admin, found.metrics


def test_a_node_says_who_it_is():
    found = model(
        "gslb: 1\nregions: {eu: {at: FRA}}\nworkers: 3\n"
        "node: {name: a, region: eu, state: s, user: gslb, version: '1', identity: a.example}\n"
    ).node

    assert found == Node("a", "eu", "s", 3, "gslb", "1", "a.example")


def test_a_node_that_says_nothing_hides_its_version():
    assert model("gslb: 1\n").node == Node("ns1", None, None, 0, None, None, None)
    assert model("gslb: 1\nworkers: auto\n").node.workers == 0


def test_what_is_not_said_listens_everywhere():
    assert [each.host for each in model("gslb: 1\n").listen.dns] == ["0.0.0.0", "::"]
    assert listen("{admin: '127.0.0.1'}")[1] == Listener("127.0.0.1", 8053)


def test_listen_is_an_address_a_list_or_a_map():
    assert listen("192.0.2.53")[0] == [("192.0.2.53", 53)]
    assert listen("['0.0.0.0:5300', '[::1]:5300']")[0] == [("0.0.0.0", 5300), ("::1", 5300)]
    dns, admin, metrics = listen("{dns: '::', admin: '127.0.0.1:80', metrics: '::1'}")
    assert (dns, admin, metrics) == ([("::", 53)], Listener("127.0.0.1", 80), Listener("::1", 9153))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("listen: §localhost", "listen: localhost is no address | write 192.0.2.1 or 2001:db8::1"),
        ("listen: [§a]", "listen: a is no address | write 192.0.2.1 or 2001:db8::1"),
        ("listen: §[]", "listen: nothing is listed here"),
        ("listen: [127.0.0.1, §127.0.0.1]", "127.0.0.1 port 53 is listened on twice"),
        ("listen: {dns: 127.0.0.1, admin: '§127.0.0.1:53'}", "127.0.0.1 port 53 is listened on twice"),
        ("listen: {§dn: 127.0.0.1}", "unknown key dn | did you mean dns?"),
        ("workers: §0", "workers: 0 is no whole number from 1 to 1024 | write auto for one a core"),
        ("workers: §many", "workers: many is no whole number from 1 to 1024 | write auto for one a core"),
        (f"node: {{identity: §{'é' * 96}}}", "identity: this takes 192 octets | write at most 190"),
        (f"node: {{version: §{'1' * 256}}}", "version: this takes 256 octets | write at most 255"),
        ("node: {name: §a b}", "name: a b is no name | use letters, digits, . - and _"),
    ],
)
def test_a_node_written_wrong_is_told_where_and_what_to_write(line, message):
    expect(f"gslb: 1\n{line}\n", message)
