"""TCP clients that keep asking: some hold one connection, some open a new one for every few questions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Self

PATIENCE = 5.0  # seconds that an answer is waited for
A_FEW = 5  # questions on a short connection


@dataclass
class Calls:
    """What became of it. `resets`: connections reset or refused; `closed`: ended in order while nothing was asked."""

    connections: int = 0
    asked: int = 0
    answered: int = 0
    resets: int = 0
    unanswered: int = 0
    closed: int = 0

    def __str__(self) -> str:
        return (
            f"TCP: {self.connections} connections, {self.asked} asked, {self.asked - self.answered} lost, "
            f"{self.resets} resets, {self.closed} closed in order"
        )


class Callers:
    """Ask `packets` in turn over `holding` long and `passing` short connections at a time while the block lasts.

    Each asks `rate` questions a second, one after the other.
    """

    def __init__(
        self,
        address: tuple[str, int],
        packets: Sequence[bytes],
        *,
        holding: int = 5,
        passing: int = 5,
        rate: float = 20.0,
    ) -> None:
        self.calls = Calls()
        self._address, self._packets, self._pause = address, packets, 1 / rate
        self._lives: list[int | None] = [None] * holding + [A_FEW] * passing
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    async def _run(self) -> None:
        await asyncio.gather(*(self._call(life) for life in self._lives))

    async def _call(self, life: int | None) -> None:
        packets = cycle(self._packets)
        while not self._over.is_set():
            try:
                reader, writer = await asyncio.open_connection(*self._address)
            except ConnectionError:
                self.calls.resets += 1
                continue
            self.calls.connections += 1
            try:
                await self._ask(reader, writer, packets, life)
            except ConnectionError:
                self.calls.resets += 1
            writer.close()

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, packets: cycle[bytes], life: int | None
    ) -> None:
        left = life
        while not self._over.is_set() and left != 0:
            if reader.at_eof():
                self.calls.closed += 1
                return
            packet = next(packets)
            self.calls.asked += 1
            writer.write(len(packet).to_bytes(2, "big") + packet)
            try:
                async with asyncio.timeout(PATIENCE):
                    length = int.from_bytes(await reader.readexactly(2), "big")
                    reply = await reader.readexactly(length)
            except (asyncio.IncompleteReadError, TimeoutError):
                self.calls.unanswered += 1
                return
            assert reply[:2] == packet[:2]
            self.calls.answered += 1
            left = left and left - 1
            await asyncio.sleep(self._pause)
