"""Large zones of plain A records: reading, packing and writing them, beside what the peers' own checkers take.

    .venv/bin/python benchmarks/zone_load.py [--records 100000,1000000] [--rounds 3]

Ours is all that a builder does for the zone (read, check, pack, write tables, image and snapshot); the checkers only
read and check. CPU seconds of a process each, in turn; medians. `bench.py --only load` times whole servers.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import dns.name
from dns.rdatatype import RdataType

from gslb.control import build, load, save
from gslb.geo import Atlas
from gslb.model import Model, ZoneSource
from gslb.nameserver import World
from gslb.zone import Zones
from gslb.zone import load as read_zone
from gslb.zone.compiled import plain_names
from gslb.zone.lines import Lines
from gslb.zone.plain import Plain

APEX = "example.com."
HEAD = "$TTL 300\n@ SOA ns1 hostmaster 1 7200 900 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n"
SEARCH_PATH = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"
CHECKERS = {
    "nsd-checkzone": ("nsd-checkzone", APEX),
    "named-checkzone": ("named-checkzone", "-k", "ignore", APEX),
}
MIB = 1024  # of the KiB that the kernel counts in


def zone_text(records: int) -> str:
    """A zone with as many names, an address each, almost no two alike."""
    addresses = ((number * 2_654_435_761) % 2**32 for number in range(records))
    octets = (f"{one >> 24}.{one >> 16 & 255}.{one >> 8 & 255}.{one & 255}" for one in addresses)
    return HEAD + "".join(f"host{number} IN A {address}\n" for number, address in enumerate(octets))


def measured(run: Callable[[], None]) -> tuple[float, float]:
    """CPU seconds and MiB at most, of a process that does this."""
    child = os.fork()
    if not child:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - a fork must not go on as its parent
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError("a measurement failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / MIB


def ours(zone: Path, folder: Path, plain: Callable[[dns.name.Name], Plain]) -> None:
    """What a builder does; leaves the snapshot's name in `folder`/digest."""
    shutil.rmtree(folder, ignore_errors=True)
    made = read_zone(ZoneSource(APEX, file=str(zone)), lambda path: Path(path).read_text(), plain=plain)
    world = World(Model(), Zones([made]), Atlas.build(), {}, {})
    saved = save(build(world, folder), folder)
    (folder / "digest").write_text(saved.digest)


def checker(command: tuple[str, ...], zone: Path) -> None:
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execvpe(command[0], [*command, str(zone)], os.environ | {"PATH": SEARCH_PATH})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--records", default="100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for records in map(int, asked.records.split(",")):
            compare(records, asked.rounds, Path(scratch))


def compare(records: int, rounds: int, scratch: Path) -> None:
    zone, folder = scratch / "zone", scratch / "state"
    zone.write_text(zone_text(records))
    runs: dict[str, Callable[[], None]] = {
        "gslb": lambda: ours(zone, folder, plain_names),
        "gslb without C": lambda: ours(zone, folder, Lines),
    }
    for name, command in CHECKERS.items():
        if shutil.which(command[0], path=SEARCH_PATH):
            runs[name] = partial(checker, command, zone)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].append(measured(run))
    print(f"\n{records:,} records")
    least = statistics.median(cpu for cpu, _ in found["nsd-checkzone"]) if "nsd-checkzone" in found else None
    for name, figures in found.items():
        cpu, memory = (statistics.median(column) for column in zip(*figures, strict=True))
        beside = f"{cpu / least:5.2f} of NSD's" if least else ""
        print(f"  {name:<24}{cpu:7.2f} s CPU{memory:7.0f} MiB  {beside}")
    tell_tables(folder, records)


def tell_tables(folder: Path, records: int) -> None:
    """What workers map, what the others map, and how long opening all of it takes."""
    for kind, whose in (("zone", "workers"), ("names", "others, where they look")):
        octets = sum(path.stat().st_size for path in (folder / "images").glob(f"{kind}-*"))
        print(f"  {kind + ' tables':<24}{octets / records:7.0f} B a name (mapped by {whose})")
    began = time.perf_counter()
    built = load(folder, (folder / "digest").read_text())
    (zone,) = built.world.zones
    zone.lookup(dns.name.from_text(f"host{records - 1}.{APEX}"), RdataType.A)
    print(f"  {'snapshot opened':<24}{1000 * (time.perf_counter() - began):7.1f} ms")


if __name__ == "__main__":
    main()
