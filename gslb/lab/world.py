"""The lab's small world: three regions and two name servers on loopback addresses, and their configuration as text."""

from __future__ import annotations

from dataclasses import dataclass

ZONE = "gslb.lab"
NAME = f"www.{ZONE}"
PORT = 8080
DNS_PORT = 5300
FOLDER = ".lab"  # where the lab keeps its files, as seen from where it was started


@dataclass(frozen=True, slots=True)
class LabRegion:
    """A region: where it stands on the map, its /16 of loopback, and a client subnet that lives near it."""

    name: str
    at: str
    network: str  # first two octets
    client: str
    continent: str

    @property
    def backends(self) -> tuple[tuple[str, str], ...]:
        """(name, address) of each backend."""
        return (("a", f"{self.network}.0.11"), ("b", f"{self.network}.0.12"))


@dataclass(frozen=True, slots=True)
class LabServer:
    """A name server: its own address for DNS and for everything else."""

    name: str
    address: str


REGIONS = (
    LabRegion("eu-west", "FRA", "127.1", "81.2.69.0/24", "europe"),
    LabRegion("us-east", "IAD", "127.2", "8.8.4.0/24", "north-america"),
    LabRegion("ap-south", "BOM", "127.3", "49.32.0.0/24", "asia"),
)
SERVERS = (LabServer("ns1", "127.0.0.53"), LabServer("ns2", "127.0.0.54"))


def configuration(server: LabServer, state: str, tokens: str) -> str:
    """The YAML one of the lab's name servers runs on, with its state and the vantages' secrets in these directories."""
    regions = "\n".join(
        f"  {region.name}: {{at: {region.at}, vantage: 'file:{tokens}/{region.name}', capacity: 100/s}}"
        for region in REGIONS
    )
    endpoints = "\n".join(
        f"      {region.name}/{name}: {address}" for region in REGIONS for name, address in region.backends
    )
    overlay = "\n".join(f"# {region.network}.0.0/16 is {region.name}" for region in REGIONS)
    name_servers = "\n".join(
        f"      @    1h  NS  {server.name}\n      {server.name}  1h  A   {server.address}" for server in SERVERS
    )
    return f"""\
gslb: 1
{overlay}
node: {{name: {server.name}, state: '{state}', identity: {server.name}.lab}}
workers: 1
listen:
  dns: ["{server.address}:{DNS_PORT}"]
  admin: {server.address}:8053
  metrics: {server.address}:9153
clients:
  overlay: '{tokens}/places.csv'

regions:
{regions}

monitors:
  ready:
    probe: http://{NAME}:{PORT}/health/ready
    interval: 2s
    timeout: 1s
    confirm_interval: 500ms
    fall: 2
    rise: 2
    damping: {{falls: 3, within: 1m, hold: 20s, most: 1m}}   # short, so that one can play

pools:
  web:
    monitor: ready
    endpoints:
{endpoints}

zones:
  {ZONE}:
    records: |
{name_servers}
    steer:
      www:
        ttl: 5s
        latency: web
      weighted:
        ttl: 5s
        weighted: {{web/eu-west: 1, web/us-east: 2, web/ap-south: 7}}
      failover:
        ttl: 5s
        failover: [web/eu-west, web/us-east, web/ap-south]
        failback: {{after: 10s}}
      sticky:
        ttl: 5s
        sticky: web
      auto:
        ttl: {{auto: {{rto: 20s, queries: 5/s}}, min: 1s, max: 1m}}
        latency: web

routing_controls: {{{", ".join(f"{region.name}: {{}}" for region in REGIONS)}}}
safety:
  - {{keep: 2, of: [{", ".join(region.name for region in REGIONS)}], why: one region cannot carry all}}
"""


def overlay() -> str:
    """Where the lab's own loopback networks are, as an operator would tell: CIDR to place."""
    countries = {"eu-west": "DE", "us-east": "US", "ap-south": "IN"}
    places = {"eu-west": "50.03,8.57", "us-east": "38.94,-77.46", "ap-south": "19.09,72.87"}
    rows = "\n".join(f"{region.network}.0.0/16,{countries[region.name]},{places[region.name]}" for region in REGIONS)
    return f"prefix,country,latitude,longitude\n{rows}\n"


def what_to_try(program: str = "gslb", folder: str = FOLDER) -> str:
    """The text `gslb lab` prints once everything answers; `program` and `folder` are as one would type them."""
    lab = f"{program} lab" if folder == FOLDER else f"{program} lab --folder {folder}"
    at = f"@{SERVERS[0].address} -p {DNS_PORT} {NAME}"
    dig = [f"  dig {at} +subnet={region.client:<15} # {region.continent}: {region.name}" for region in REGIONS]
    first = REGIONS[0]
    node = f"--state {folder}/{SERVERS[0].name}"
    return "\n".join(
        [
            "Ask as clients on three continents; each gets the addresses of its nearest region:",
            *dig,
            "",
            f"Lose a region, and watch the answers move (ns2 is {SERVERS[1].address}):",
            f"  {lab} down {first.name}",
            f"  watch -n 0.5 dig +short @{SERVERS[0].address} -p {DNS_PORT} {NAME} +subnet={first.client}",
            f"  {lab} up {first.name}",
            "",
            "Or break one dependency: alive, but not ready, so no longer answered:",
            f"  curl -X PUT http://{first.backends[0][1]}:{PORT}/dependency/database/down",
            "",
            "Ask what would be, then take a region out by and by, and bring it back:",
            f"  {program} simulate --down {first.name} {node}",
            f"  {program} safe-to-drain {first.name} {node}",
            f"  {program} drain {first.name} --ramp 30s --why 'trying it' {node}",
            f"  {program} undrain {first.name} {node}",
            "",
            "What the servers see, and what they remember:",
            f"  {program} status {node}",
            f"  {program} explain {NAME} --client {first.client} {node}",
            f"  {program} ttl auto {node}",
            f"  {program} incidents last {node}",
            f"  curl http://{SERVERS[0].address}:9153/metrics",
            "Ctrl-C ends all of it.",
        ]
    )
