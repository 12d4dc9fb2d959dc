"""Who answers: each name server as a folder of generated configuration and the command that runs it.

Every peer listens on an unprivileged port of 127.0.0.1, keeps its files in a folder of the run, answers with one
thread and, where it can, probes the endpoints over TCP every 10 s.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cases import TTL, WEIGHTS, ZONE, Case, Load, static_zone, zone_text

PROBE_INTERVAL, PROBE_TIMEOUT = 10, 3  # seconds
RECEIVE_BUFFER = 1 << 20  # octets, the same for all that let it be set

# Debian keeps name servers in /usr/sbin, which is not on every user's PATH.
SEARCH_PATH = os.environ["PATH"] + ":/usr/local/sbin:/usr/sbin"


@dataclass(frozen=True)
class Peer:
    """`configure(folder, case, load, port)` writes what the server needs and returns its command."""

    name: str
    cases: frozenset[Case]
    configure: Callable[[Path, Case, Load, int], list[str]]


def echo(folder: Path, _case: Case, _load: Load, port: int) -> list[str]:
    """No name server, but what the kernel can carry: every query comes back as its own answer."""
    return [str(folder.parent / "bin" / "echo"), str(port)]


def gdnsd(folder: Path, case: Case, load: Load, port: int) -> list[str]:
    (folder / "zones").mkdir()
    options = (
        f"options => {{ listen => 127.0.0.1:{port}, udp_threads => 1, tcp_threads => 1,\n"
        f"  udp_rcvbuf => {RECEIVE_BUFFER}, run_dir => {folder}/run, state_dir => {folder}/state }}\n"
    )
    probe = (
        f"service_types => {{ tcp => {{ plugin => tcp_connect, port => {load.probe_port}, "
        f"interval => {PROBE_INTERVAL}, timeout => {PROBE_TIMEOUT} }} }}\n"
    )
    match case:
        case Case.STATIC:
            config, zone = options, static_zone(load)
        case Case.STEERED:
            resources = "".join(
                f"  pool{i} => {{ one => [{one}, {WEIGHTS[0]}], two => [{two}, {WEIGHTS[1]}] }}\n"
                for i, (one, two) in enumerate(load.pool_endpoints)
            )
            plugin = f"plugins => {{ weighted => {{ service_types => tcp, up_thresh => 0.01\n{resources}}} }}\n"
            config = options + probe + plugin
            zone = zone_text("".join(f"{label} {TTL} DYNA weighted!pool{i}\n" for label, i in load.steered_pools))
        case Case.ECS:
            sites = [f"site{i}" for i in range(load.sites)]
            nets = folder / "nets"
            nets.write_text("".join(f"{network} => site{i}\n" for network, i in load.site_networks))
            addresses = ", ".join(f"site{i} => {address}" for i, address in enumerate(load.site_endpoints))
            config = (
                f"{options}{probe}plugins => {{ geoip => {{\n"
                f"  maps => {{ near => {{ datacenters => [{', '.join(sites)}], nets => {nets} }} }}\n"
                f"  resources => {{ near => {{ map => near, service_types => tcp,\n"
                f"    dcmap => {{ {addresses} }} }} }} }} }}\n"
            )
            zone = zone_text(f"near {TTL} DYNA geoip!near\n")
    (folder / "config").write_text(config)
    (folder / "zones" / ZONE).write_text(zone)
    return ["gdnsd", "-c", str(folder), "start"]


def knot(folder: Path, case: Case, load: Load, port: int) -> list[str]:
    """mod-geoip knows no health: what it answers it answers for ever."""
    module, zone = "", zone_text("")
    match case:
        case Case.STATIC:
            zone = static_zone(load)
        case Case.STEERED:
            module = "weighted"
            answers = "".join(
                f"{label}.{ZONE}:\n"
                + "".join(
                    f"  - weight: {weight}\n    A: {address}\n"
                    for weight, address in zip(WEIGHTS, load.pool_endpoints[i], strict=True)
                )
                for label, i in load.steered_pools
            )
        case Case.ECS:
            module = "subnet"
            answers = f"near.{ZONE}:\n" + "".join(
                f"  - net: {network}\n    A: {load.site_endpoints[i]}\n" for network, i in load.site_networks
            )
    config = (
        f"server:\n  rundir: {folder}\n  listen: 127.0.0.1@{port}\n"
        "  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n  edns-client-subnet: on\n"
        f"database:\n  storage: {folder}\ncontrol:\n  listen: {folder}/knot.sock\n"
        "log:\n  - target: stderr\n    any: warning\n"
    )
    if module:
        (folder / "answers").write_text(answers)
        config += f"mod-geoip:\n  - id: steer\n    config-file: {folder}/answers\n    ttl: {TTL}\n    mode: {module}\n"
    config += f"zone:\n  - domain: {ZONE}\n    file: {folder}/zone\n" + (
        "    module: mod-geoip/steer\n" if module else ""
    )
    (folder / "zone").write_text(zone)
    (folder / "knot.conf").write_text(config)
    return ["knotd", "-c", str(folder / "knot.conf")]


def nsd(folder: Path, _case: Case, load: Load, port: int) -> list[str]:
    (folder / "zone").write_text(static_zone(load))
    (folder / "nsd.conf").write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  server-count: 1\n  username: ""\n  zonesdir: "{folder}"\n'
        f'  database: ""\n  pidfile: "{folder}/nsd.pid"\n  xfrdfile: ""\n  xfrdir: "{folder}"\n'
        f'  zonelistfile: "{folder}/zone.list"\n  receive-buffer-size: {RECEIVE_BUFFER}\n  rrl-ratelimit: 0\n'
        f'remote-control:\n  control-enable: no\nzone:\n  name: "{ZONE}"\n  zonefile: "zone"\n'
    )
    return ["nsd", "-d", "-c", str(folder / "nsd.conf")]


def gslb(folder: Path, case: Case, load: Load, port: int) -> list[str]:
    command = [str(Path(sys.executable).parent / "gslb"), "serve"]
    if case is Case.STATIC:
        (folder / "zone").write_text(static_zone(load))
        return [*command, "--zone", f"{ZONE}={folder}/zone", "--listen", f"127.0.0.1:{port}"]
    probe = {"probe": f"tcp://:{load.probe_port}", "interval": f"{PROBE_INTERVAL}s", "timeout": f"{PROBE_TIMEOUT}s"}
    config: dict[str, object] = {
        "gslb": "1",
        "listen": [f"127.0.0.1:{port}"],
        "node": {"name": "bench", "state": str(folder / "state")},
        "monitors": {"tcp": probe},
    }
    if case is Case.STEERED:
        config["pools"] = {
            f"pool{i}": {"monitor": "tcp", "endpoints": {"one": str(one), "two": str(two)}}
            for i, (one, two) in enumerate(load.pool_endpoints)
        }
        steer: dict[str, object] = {
            label: {"ttl": f"{TTL}s", "weighted": {f"pool{i}/one": str(WEIGHTS[0]), f"pool{i}/two": str(WEIGHTS[1])}}
            for label, i in load.steered_pools
        }
    else:
        networks: dict[str, list[str]] = {f"net{i}": [] for i in range(load.sites)}
        for network, i in load.site_networks:
            networks[f"net{i}"].append(str(network))
        config["networks"] = networks
        endpoints = {f"site{i}": str(address) for i, address in enumerate(load.site_endpoints)}
        config["pools"] = {"near": {"monitor": "tcp", "endpoints": endpoints}}
        choices = {f"net{i}": f"near/site{i}" for i in range(load.sites)}
        steer = {"near": {"ttl": f"{TTL}s", "network": {**choices, "default": "near/site0"}}}
    (folder / "zone").write_text(zone_text(""))
    config["zones"] = {ZONE: {"file": str(folder / "zone"), "steer": steer}}
    (folder / "gslb.yaml").write_text(json.dumps(config, indent=1))  # JSON is YAML
    return [*command, str(folder / "gslb.yaml")]


PEERS = {
    peer.name: peer
    for peer in (
        Peer("echo", frozenset({Case.STATIC}), echo),
        Peer("gdnsd", frozenset(Case), gdnsd),
        Peer("knot", frozenset(Case), knot),
        Peer("nsd", frozenset({Case.STATIC}), nsd),
        Peer("gslb", frozenset(Case), gslb),
    )
}
