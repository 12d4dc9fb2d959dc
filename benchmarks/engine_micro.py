"""CPU time a packet of the pure engine alone: batches of 64 from a kernel that costs nothing, and each reply made anew.

python benchmarks/engine_micro.py [--names 1000] [--packets 60000] [--case NAME]

"first" is a worker that has not seen the packets' names before. What the kernel takes besides is what a C echo takes.
"""
# ruff: noqa: SLF001 - it stands in the kernel's place

import argparse
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from engine_tables import cases, publish

from gslb.engine import Means, answer, batch, system_draws
from gslb.engine.batch import KEY_SLOT, Batch
from gslb.engine.exchange import SLOTS
from gslb.engine.vectors import vectors
from gslb.image import Tables, open_engine_counters

SENDER = bytes([127, 0, 0, 1])
Image = tuple[bytes, memoryview]  # the keys of a batch as they stand in memory, and the packets' sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=1_000)
    parser.add_argument("--packets", type=int, default=60_000)
    parser.add_argument("--case")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        published = publish(Path(folder), arguments.names)
        print(f"{'µs a packet':24}{'answer()':>10}{'first':>10}{'batches':>10}")
        for case, packets in cases(published, arguments.names, arguments.packets).items():
            if arguments.case in (None, case):
                measure(published.folder, case, packets)


def measure(folder: Path, case: str, packets: list[bytes]) -> None:
    tables, draw = Tables(folder, slot=0), system_draws()
    made = [seconds(lambda: [answer(tables, packet, SENDER, draw) for packet in packets]) for _ in range(3)]
    images = [image(packets[at : at + SLOTS]) for at in range(0, len(packets) - SLOTS + 1, SLOTS)]
    queue, responder = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with socket.socket(type=socket.SOCK_DGRAM) as listening, queue, responder:
        listening.bind(("127.0.0.1", 0))
        means = Means(tables, queue, open_engine_counters(folder, 0), draw, time.monotonic_ns)
        (serving,) = vectors(means, [listening])
        told = []
        for _ in range(5):
            stand_in(serving._batch, iter(images))
            told.append(seconds(lambda: [serving.serve() for _ in images]))
    each, batched = len(packets), len(images) * SLOTS
    print(f"{case:24}{min(made) / each * 1e6:10.2f}{told[0] / batched * 1e6:10.2f}{min(told) / batched * 1e6:10.2f}")


def image(packets: list[bytes]) -> Image:
    sizes = b"".join(len(packet).to_bytes(4, "little") for packet in packets)
    return b"".join(packet.ljust(KEY_SLOT, b"\0") for packet in packets), memoryview(sizes).cast("I")


def stand_in(exchange: Batch, images: Iterator[Image]) -> None:
    """Put ourselves in the place of the kernel."""

    def receive(*_: object) -> int:
        keys, exchange.sizes[:] = next(images)
        exchange._keys[:] = keys
        return SLOTS

    exchange.sizes = exchange._received[:SLOTS]
    vars(batch).update(_recvmmsg=receive, _sendmmsg=lambda _descriptor, _at, count, _flags: count)


def seconds(work: Callable[[], object]) -> float:
    """CPU time that it takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
