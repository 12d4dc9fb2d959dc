"""Packets a second of the engine alone, by CPU time: each reply made anew, and with ready replies in front.

python benchmarks/engine_micro.py [--names 1000] [--packets 200000]
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from engine_tables import cases, publish

from gslb.engine import HotReplies, answer, system_draws
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
        hot = HotReplies(tables, draw)
        print(f"{'k packets/s (µs each)':24}{'answer()':>16}{'HotReplies':>16}")
        for case, packets in cases(published, arguments.names, arguments.packets).items():
            made = seconds(lambda packet: answer(tables, packet, SENDER, draw), packets)
            kept = seconds(lambda packet: hot.answer(packet, SENDER), packets)
            print(f"{case:24}{rate(made, len(packets)):>16}{rate(kept, len(packets)):>16}")


def seconds(reply: Callable[[bytes], object], packets: list[bytes]) -> float:
    """CPU time that replying to all of them takes: the best of three."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        for packet in packets:
            reply(packet)
        taken.append(time.process_time() - began)
    return min(taken)


def rate(seconds: float, packets: int) -> str:
    return f"{packets / seconds / 1e3:.0f} ({seconds / packets * 1e6:.2f})"


if __name__ == "__main__":
    main()
