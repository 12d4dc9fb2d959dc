"""Who answers: each name server as a folder of generated configuration and the command that runs it.

Every server listens on an unprivileged port of 127.0.0.1 and ::1, keeps its files in a folder of the run, answers with
one thread and, where it can, probes the endpoints over TCP every 10 s. What none of them says is left as it is shipped.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ours
from world import MANY, NEAR, STATIC, STEERED, TTL, WEIGHTS, World, plain_zone, zone_text

RECEIVE_BUFFER = 1 << 20  # octets, the most that gdnsd can be told

# Debian keeps name servers in /usr/sbin, which is not on every user's PATH.
SEARCH_PATH = os.environ["PATH"] + ":/usr/local/sbin:/usr/sbin"


@dataclass(frozen=True)
class Server:
    """`configure(folder, world, port)` writes what the server needs and returns its command."""

    name: str
    title: str
    zones: frozenset[str]
    configure: Callable[[Path, World, int], list[str]]


def echo(folder: Path, _world: World, port: int) -> list[str]:
    """No name server, but what the kernel can carry: every query comes back as its own answer."""
    return [str(folder.parent / "bin" / "echo"), str(port)]


def gslb(engine: str, folder: Path, world: World, port: int) -> list[str]:
    return ours.command(engine, ours.configure(folder, world, port, port + 1))


def plain_zones(folder: Path, world: World) -> list[tuple[str, Path]]:
    """Master files of the zones that everybody can serve."""
    zones = folder / "zones"
    zones.mkdir()
    for zone, names in ((STATIC, world.names), (MANY, world.many)):
        (zones / zone).write_text(plain_zone(zone, names))
    return [(zone, zones / zone) for zone in (STATIC, MANY)]


def gdnsd(folder: Path, world: World, port: int) -> list[str]:
    """Weighted pools and a geographic map, with the same probes as ours."""
    plain_zones(folder, world)
    plugins = []
    if world.pools:
        resources = "".join(
            f"  pool{i} => {{ one => [{one}, {WEIGHTS[0]}], two => [{two}, {WEIGHTS[1]}] }}\n"
            for i, (one, two) in enumerate(world.pool_endpoints)
        )
        plugins.append(f"weighted => {{ service_types => tcp, up_thresh => 0.01\n{resources}}}\n")
        steered = (f"{label} {TTL} DYNA weighted!pool{i}\n" for label, i in world.steered_pools)
        (folder / "zones" / STEERED).write_text(zone_text(STEERED, steered))
    if world.networks:
        sites = ", ".join(f"site{i}" for i in range(world.sites))
        addresses = ", ".join(f"site{i} => {address}" for i, address in enumerate(world.site_endpoints))
        (folder / "nets").write_text("".join(f"{network} => site{i}\n" for network, i in world.site_networks))
        plugins.append(
            f"geoip => {{\n  maps => {{ near => {{ datacenters => [{sites}], nets => {folder}/nets }} }}\n"
            f"  resources => {{ near => {{ map => near, service_types => tcp, dcmap => {{ {addresses} }} }} }} }}\n"
        )
        (folder / "zones" / NEAR).write_text(zone_text(NEAR, [f"near {TTL} DYNA geoip!near\n"]))
    (folder / "config").write_text(
        f'options => {{ listen => ["127.0.0.1:{port}", "[::1]:{port}"], udp_threads => 1, tcp_threads => 1,\n'
        f"  udp_rcvbuf => {RECEIVE_BUFFER}, run_dir => {folder}/run, state_dir => {folder}/state }}\n"
        f"service_types => {{ tcp => {{ plugin => tcp_connect, port => {world.probe_port or 1}, "
        f"interval => {ours.PROBE_INTERVAL}, timeout => {ours.PROBE_TIMEOUT} }} }}\n"
        + (f"plugins => {{ {''.join(plugins)} }}\n" if plugins else "")
    )
    return ["gdnsd", "-c", str(folder), "start"]


def knot(folder: Path, world: World, port: int) -> list[str]:
    """mod-geoip knows no health: what it answers it answers for ever. Each of its modes has a zone of its own."""
    zones = [(zone, path, "") for zone, path in plain_zones(folder, world)]
    modules = ""
    answers = {
        STEERED: (
            "weighted",
            "".join(
                f"{label}.{STEERED}:\n"
                + "".join(
                    f"  - weight: {weight}\n    A: {address}\n"
                    for weight, address in zip(WEIGHTS, world.pool_endpoints[i], strict=True)
                )
                for label, i in world.steered_pools
            ),
        ),
        NEAR: (
            "subnet",
            f"near.{NEAR}:\n"
            + "".join(f"  - net: {network}\n    A: {world.site_endpoints[i]}\n" for network, i in world.site_networks),
        ),
    }
    for zone, (mode, text) in answers.items():
        if not (world.pools if zone == STEERED else world.networks):
            continue
        (folder / f"{mode}.conf").write_text(text)
        (folder / "zones" / zone).write_text(zone_text(zone))
        modules += f"  - id: {mode}\n    config-file: {folder}/{mode}.conf\n    ttl: {TTL}\n    mode: {mode}\n"
        zones.append((zone, folder / "zones" / zone, f"    module: mod-geoip/{mode}\n"))
    (folder / "knot.conf").write_text(
        f"server:\n  rundir: {folder}\n  listen: [127.0.0.1@{port}, ::1@{port}]\n"
        "  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n  edns-client-subnet: on\n"
        f"database:\n  storage: {folder}\ncontrol:\n  listen: {folder}/knot.sock\n"
        "log:\n  - target: stderr\n    any: warning\n"
        + (f"mod-geoip:\n{modules}" if modules else "")
        + "zone:\n"
        + "".join(f"  - domain: {zone}\n    file: {path}\n{module}" for zone, path, module in zones)
    )
    return ["knotd", "-c", str(folder / "knot.conf")]


def nsd(folder: Path, world: World, port: int) -> list[str]:
    zones = "".join(f'zone:\n  name: "{zone}"\n  zonefile: "{path}"\n' for zone, path in plain_zones(folder, world))
    (folder / "nsd.conf").write_text(
        f"server:\n  ip-address: 127.0.0.1@{port}\n  ip-address: ::1@{port}\n  server-count: 1\n"
        f'  username: ""\n  zonesdir: "{folder}"\n'
        f'  database: ""\n  pidfile: "{folder}/nsd.pid"\n  xfrdfile: ""\n  xfrdir: "{folder}"\n'
        f'  zonelistfile: "{folder}/zone.list"\n  receive-buffer-size: {RECEIVE_BUFFER}\n  rrl-ratelimit: 0\n'
        f"remote-control:\n  control-enable: no\n{zones}"
    )
    return ["nsd", "-d", "-c", str(folder / "nsd.conf")]


def bind(folder: Path, world: World, port: int) -> list[str]:
    zones = "".join(f'zone "{zone}" {{ type primary; file "{path}"; }};\n' for zone, path in plain_zones(folder, world))
    (folder / "named.conf").write_text(
        f'options {{ directory "{folder}"; pid-file "{folder}/named.pid"; session-keyfile "{folder}/session.key";\n'
        f"  listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 port {port} {{ ::1; }};\n"
        "  recursion no; dnssec-validation no; minimal-responses yes; };\n"
        f"controls {{ }};\n{zones}"
    )
    return ["named", "-f", "-n", "1", "-c", str(folder / "named.conf")]


def powerdns(folder: Path, world: World, port: int) -> list[str]:
    """Steered names are Lua records with a shared Lua state; what its packet cache holds is answered from there."""
    zones = plain_zones(folder, world)
    picks = (
        f"{label} {TTL} IN LUA A \"pickwrandom({{ {{{WEIGHTS[0]}, '{one}'}}, {{{WEIGHTS[1]}, '{two}'}} }})\"\n"
        for label, (one, two) in ((label, world.pool_endpoints[i]) for label, i in world.steered_pools)
    )
    (folder / "zones" / STEERED).write_text(zone_text(STEERED, picks))
    zones.append((STEERED, folder / "zones" / STEERED))
    (folder / "named.conf").write_text(
        "".join(f'zone "{zone}" {{ type master; file "{path}"; }};\n' for zone, path in zones)
    )
    (folder / "pdns.conf").write_text(
        f"launch=bind\nbind-config={folder}/named.conf\nlocal-address=127.0.0.1, ::1\nlocal-port={port}\n"
        f"socket-dir={folder}\nreceiver-threads=1\ndistributor-threads=1\nenable-lua-records=shared\n"
        "edns-subnet-processing=yes\nwebserver=no\nquery-logging=no\nloglevel=3\nguardian=no\ndaemon=no\n"
    )
    return ["pdns_server", f"--config-dir={folder}"]


PLAIN = frozenset({STATIC, MANY})
SERVERS = {
    server.name: server
    for server in (
        Server("echo", "C echo (the limit)", frozenset({STATIC, STEERED, NEAR}), echo),
        Server("gdnsd", "gdnsd", PLAIN | {STEERED, NEAR}, gdnsd),
        *(
            Server(f"gslb-{engine}", f"gslb, {engine} engine", PLAIN | {STEERED, NEAR}, partial(gslb, engine))
            for engine in ours.ENGINES
        ),
        Server("knot", "Knot (mod-geoip)", PLAIN | {STEERED, NEAR}, knot),
        Server("nsd", "NSD", PLAIN, nsd),
        Server("bind", "BIND", PLAIN, bind),
        Server("pdns", "PowerDNS (Lua records)", PLAIN | {STEERED}, powerdns),
    )
}
