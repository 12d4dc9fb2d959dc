"""What probes may do is written once, and an endpoint where they must not go is told at once."""

from ipaddress import ip_network

from gslb.model import Probes
from kit.language import expect, model

POOL = "pools: {web: {monitor: http://h/, endpoints: {§e: 169.254.169.254}}}\n"


def test_networks_and_programs():
    text = "gslb: 1\nprobes: {forbid: [10.0.0.0/8, 'fd00::/8'], allow: 10.9.0.1, exec: allow}\n"

    assert model(text).probes == Probes(
        (ip_network("10.0.0.0/8"), ip_network("fd00::/8")), (ip_network("10.9.0.1"),), programs=True
    )
    assert model("gslb: 1\n").probes == Probes()


def test_a_monitored_endpoint_in_a_forbidden_network_is_told():
    expect(
        f"gslb: 1\n{POOL}",
        "169.254.169.254 of web/e is not probed: 169.254.0.0/16 is forbidden | write probes: {allow: "
        "[169.254.169.254]} if that is meant",
    )
    model(f"gslb: 1\nprobes: {{allow: 169.254.169.254}}\n{POOL}".replace("§", ""))
    model(f"gslb: 1\n{POOL}".replace("§", "").replace("monitor: http://h/, ", ""))


def test_a_network_written_wrong_is_told():
    expect(
        "gslb: 1\nprobes: {forbid: §10.0.0.1/8}\n", "forbid: 10.0.0.1/8 is no network | 10.0.0.1/8 has host bits set"
    )
    expect("gslb: 1\nprobes: {exec: §yes}\n", "exec: yes is unknown | write allow")
