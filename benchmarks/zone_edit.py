"""What a one-record edit of a large zone costs a reload: as a layer over what is served, and as a new image."""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from gslb.config import load
from gslb.control import Built, assemble, build
from gslb.nameserver import World

HEAD = "@ 300 SOA ns hostmaster {serial} 2h 15m 2w 60\n@ 300 NS ns\nns 300 A 192.0.2.53\n"


def text(names: int, others: int, serial: int) -> str:
    """Host names with an address each; `others` are not plain: mail exchangers. Serial and one address are the edit."""
    hosts = [
        f"h{number} 300 A 10.{number >> 16}.{number >> 8 & 255}.{number & 255}\n" for number in range(names - others)
    ]
    hosts[7] = f"h7 300 A 192.0.2.{serial}\n"
    hosts += [f"m{number} 300 MX 10 h{number}\n" for number in range(others)]
    return HEAD.format(serial=serial) + "".join(hosts)


def world(zone: str) -> World:
    files = {"test.yaml": "gslb: 1\nlisten: 127.0.0.1:5300\nzones: {example.com: {file: zone}}\n", "zone": zone}
    return assemble(load("test.yaml", files.__getitem__), files.__getitem__, 0.0).world


def built(new: World, folder: Path, served: Built | None = None) -> tuple[Built, float, int]:
    """A build, the seconds of CPU it took, and the octets of zone images it wrote."""
    before = set(folder.rglob("zone-*"))
    began = time.process_time()
    made = build(new, folder, served)
    took = time.process_time() - began
    return made, took, sum(path.stat().st_size for path in set(folder.rglob("zone-*")) - before)


def rows(sizes: list[int]) -> Iterator[tuple[object, ...]]:
    for names in sizes:
        for others in (0, names // 10, names - 100):
            with TemporaryDirectory() as folder:
                old, new = (world(text(names, others, serial)) for serial in (1, 2))
                served, _, _ = built(old, Path(folder))
                _, layer, little = built(new, Path(folder), served)
                _, whole, much = built(new, Path(folder))
            yield names, others, layer, whole, whole / layer, little, much, much // little


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, nargs="*", default=[10_000, 100_000])
    shown = "{:>9} {:>9} {:>9.3f} {:>9.3f} {:>6.0f} {:>9} {:>10} {:>7}"
    head = ("names", "not plain", "layer s", "image s", "÷", "octets", "octets", "÷")
    print("{:>9} {:>9} {:>9} {:>9} {:>6} {:>9} {:>10} {:>7}".format(*head))
    for row in rows(parser.parse_args().names):
        print(shown.format(*row), flush=True)


if __name__ == "__main__":
    main()
