"""`gslb serve --zone NAME=FILE --listen ADDRESS:PORT`: master files answered without any configuration."""

import signal
import socket
import subprocess

import dns.rcode
import pytest

from kit.addresses import free_port, own_address
from kit.processes import GSLB, Process, answers, ask, gslb
from kit.waiting import wait_until

FIRST = """\
$TTL 1h
@   SOA ns1 hostmaster 1 7200 900 1209600 300
    NS  ns1
ns1 A   192.0.2.53
www A   192.0.2.80
    AAAA 2001:db8::80
big TXT "{text}"
"""
SECOND = "@ 60 SOA a b 1 2 3 4 5\n@ 60 NS ns.elsewhere.test.\n* 60 A 192.0.2.99\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "first.zone").write_text(FIRST.format(text='" "'.join(["x" * 250] * 8)))
    (tmp_path / "second.zone").write_text(SECOND)
    return tmp_path


def serving(folder, *places, zones=("example.com=first.zone", "example.org.=second.zone")) -> Process:
    words = [word for zone in zones for word in ("--zone", f"{zone.split('=')[0]}={folder / zone.split('=')[1]}")]
    words += [
        word for host, port in places for word in ("--listen", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    ]
    return Process(folder, "gslb", [*GSLB, "serve", *words])


def ready(process: Process) -> None:
    wait_until(lambda: "ready in" in process.said or process.status is not None, 40, lambda: process.log)
    assert process.status is None, process.log


def test_zones_are_answered_over_both_transports_and_families(files):
    v4, v6 = (own_address(), 0), ("::1", 0)
    v4, v6 = (v4[0], free_port(v4[0])), (v6[0], free_port(v6[0]))
    with serving(files, v4, v6) as process:
        process.launch()
        ready(process)
        assert f"answering {v4[0]}:{v4[1]} udp tcp, [::1]:{v6[1]} udp tcp" in process.said
        for place in (v4, v6):
            for tcp in (False, True):
                reply = ask(place, "WWW.example.com", tcp=tcp)
                assert answers(reply) == {"192.0.2.80"}
                assert reply.flags & dns.flags.AA
                assert reply.question[0].name.to_text() == "WWW.example.com."
                assert answers(ask(place, "anything.example.org", tcp=tcp)) == {"192.0.2.99"}
                assert ask(place, "www.example.net", tcp=tcp).rcode() == dns.rcode.REFUSED
            assert ask(place, "big.example.com", "TXT").flags & dns.flags.TC
            assert len(answers(ask(place, "big.example.com", "TXT", tcp=True))) == 1
        command = ["dig", f"@{v4[0]}", "-p", str(v4[1]), "+short", "big.example.com", "TXT"]  # dig goes on over TCP
        assert (
            subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.count("x" * 250) == 8
        )
        assert process.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_status_0_and_leaves_nothing(files, number):
    place = own_address()
    place = (place, free_port(place))
    with serving(files, place) as process:
        process.launch()
        ready(process)
        process.signal(number)
        assert process.wait() == 0
    assert not listens(place)


def listens(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place, 1).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_bad_zone_is_told_with_its_places_and_nothing_listens(files):
    (files / "first.zone").write_text(
        FIRST.format(text="x").replace("192.0.2.80", "192.0.2.800").replace("NS  ns1", "NS  gone")
    )
    (files / "second.zone").write_text(SECOND.replace("@ 60 NS ns.elsewhere.test.\n", ""))
    place = own_address()
    place = (place, free_port(place))
    with serving(files, place) as process:
        process.launch()
        assert process.wait(40) == 2
        assert process.said == ""
        assert f"{files}/first.zone:5:" in process.log
        assert "192.0.2.800" in process.log
        assert f"{files}/second.zone:" in process.log
        assert "Traceback" not in process.log
    assert not listens(place)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["serve"], "give a configuration file, or --zone NAME=FILE"),
        (["serve", "--zone", "example.com"], "write --zone example.com=path/to/file"),
        (["serve", "--zone", "example.com=/nowhere/file", "--listen", "127.0.0.1:5300"], "/nowhere/file"),
        (["serve", "--zone", "a..b=file", "--listen", "127.0.0.1:5300"], "no zone name"),
        (["serve", "--zone", "example.com=/dev/null", "--listen", "nonsense"], "write --listen 127.0.0.1:5300"),
        (["serve", "--zone", "example.com=/dev/null", "--listen", "192.0.2.1:5300"], "not an address of this machine"),
        (["serve", "/nowhere/gslb.yaml"], "/nowhere/gslb.yaml"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_sentence(words, told):
    done = gslb(*words)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_told_with_its_holder(files):
    place = own_address()
    place = (place, free_port(place))
    with socket.create_server(place), serving(files, place) as process:
        process.launch()
        assert process.wait(40) == 2
        assert f"TCP {place[0]}:{place[1]} is already in use" in process.log
