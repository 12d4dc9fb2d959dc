"""How gslb is configured for a run: everything that the world holds, and the engine that runs it."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from world import COUNTRIES, MANY, NEAR, STATIC, STEERED, TTL, WEIGHTS, World, plain_zone

PROBE_INTERVAL, PROBE_TIMEOUT = 10, 3  # seconds
GSLB = str(Path(sys.executable).parent / "gslb")
ENGINES = ("python", "compiled")


@cache
def chooses_engine() -> bool:
    """Whether this gslb can be told which engine to run."""
    told = subprocess.run([GSLB, "serve", "--help"], capture_output=True, text=True, check=True)
    return "--engine" in told.stdout


def command(engine: str, config: Path) -> list[str]:
    """What runs a node with this engine."""
    return [GSLB, "serve", *(["--engine", engine] if chooses_engine() else []), str(config)]


def configure(folder: Path, world: World, port: int, metrics_port: int) -> Path:
    """Write the configuration and all it names into `folder`."""
    for zone in (STATIC, MANY, STEERED, NEAR):
        names = {STATIC: world.names, MANY: world.many}.get(zone, 0)
        (folder / zone).write_text(plain_zone(zone, names))
    config: dict[str, object] = {
        "gslb": "1",
        "listen": {"dns": [f"127.0.0.1:{port}", f"[::1]:{port}"], "metrics": f"127.0.0.1:{metrics_port}"},
        "node": {"name": "bench", "state": str(folder / "state")},
        "workers": str(world.workers),
    }
    zones: dict[str, dict[str, object]] = {STATIC: {"file": str(folder / STATIC)}, MANY: {"file": str(folder / MANY)}}
    pools: dict[str, object] = {
        f"pool{i}": {"monitor": "tcp", "endpoints": {"one": str(one), "two": str(two)}}
        for i, (one, two) in enumerate(world.pool_endpoints)
    }
    if world.pools:
        steer: dict[str, object] = {
            label: {"ttl": f"{TTL}s", "weighted": {f"pool{i}/one": str(WEIGHTS[0]), f"pool{i}/two": str(WEIGHTS[1])}}
            for label, i in world.steered_pools
        }
        zones[STEERED] = {"file": str(folder / STEERED), "steer": steer}
    if world.networks:
        write_overlay(folder / "places.csv", world)
        config["clients"] = {"overlay": str(folder / "places.csv")}
        sites = {f"site{i}": str(address) for i, address in enumerate(world.site_endpoints)}
        pools["near"] = {"monitor": "tcp", "endpoints": sites}
        choices = {country: f"near/site{i}" for i, country in enumerate(COUNTRIES)}
        near = {"ttl": f"{TTL}s", "geo": {**choices, "default": "near/site0"}}
        zones[NEAR] = {"file": str(folder / NEAR), "steer": {"near": near}}
    if pools:
        probe = {
            "probe": f"{world.probe}:{world.probe_port}",
            "interval": f"{PROBE_INTERVAL}s",
            "timeout": f"{PROBE_TIMEOUT}s",
        }
        config |= {"monitors": {"tcp": probe}, "pools": pools}
    return write(folder, config | {"zones": zones})


def write(folder: Path, config: dict[str, object]) -> Path:
    """A configuration as a file (JSON is YAML)."""
    path = folder / "gslb.yaml"
    path.write_text(json.dumps(config, indent=1))
    return path


def write_overlay(path: Path, world: World) -> None:
    """The networks as the operator's own word on where they are: each site is a country."""
    rows = (f"{network},{COUNTRIES[i]}\n" for network, i in world.site_networks)
    path.write_text("prefix,country\n" + "".join(rows))
