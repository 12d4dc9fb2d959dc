"""Packets a second of the engine alone, without sockets: one process, one case after the other.

python benchmarks/engine_micro.py [--names 1000] [--packets 200000]
"""

import argparse
import tempfile
import time
from pathlib import Path

from engine_tables import cases, publish

from gslb.engine import answer, system_draws
from gslb.image import Tables

SENDER = bytes([127, 0, 0, 1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=1_000)
    parser.add_argument("--packets", type=int, default=200_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        published = publish(Path(folder), arguments.names)
        tables = Tables(published.folder, slot=0)
        draw = system_draws()
        print(f"{'answer()':24}{'k packets/s':>12}{'µs':>8}")
        for case, packets in cases(published, arguments.names, arguments.packets).items():
            began = time.perf_counter()
            for packet in packets:
                answer(tables, packet, SENDER, draw)
            took = time.perf_counter() - began
            print(f"{case:24}{len(packets) / took / 1e3:12.0f}{took / len(packets) * 1e6:8.2f}")


if __name__ == "__main__":
    main()
