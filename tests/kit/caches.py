"""Many resolvers in a thread: each asks from an address of its own whenever its clients come and it keeps no answer."""

from __future__ import annotations

import heapq
import os
import random
import selectors
import socket
import threading
import time
from typing import Self

import dns.message

PREFIX = f"127.{220 + os.getpid() // 256 % 30}.{os.getpid() % 256}"  # beside those that kit.addresses gives out


class Caches:
    """So many, each with clients that ask `rate` times a second at random; `ttls`: what each was answered last."""

    def __init__(self, at: tuple[str, int], name: str, count: int, rate: float, seed: int = 1) -> None:
        self.ttls: list[int | None] = [None] * count
        self.asked = 0
        self._at, self._rate, self._chance = at, rate, random.Random(seed)
        self._query = dns.message.make_query(name, "A").to_wire()
        self._sockets = [self._socket(number) for number in range(count)]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @staticmethod
    def _socket(number: int) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.settimeout(0)
        made.bind((f"{PREFIX}.{number + 1}", 0))
        return made

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for each in self._sockets:
            each.close()

    def _run(self) -> None:
        selector = selectors.DefaultSelector()
        for number, each in enumerate(self._sockets):
            selector.register(each, selectors.EVENT_READ, number)
        now = time.monotonic()
        due = [(now + self._chance.expovariate(self._rate), number) for number in range(len(self._sockets))]
        heapq.heapify(due)
        while not self._over.is_set():
            now = time.monotonic()
            while due and due[0][0] <= now:
                _, number = heapq.heappop(due)
                self._sockets[number].sendto(self._query, self._at)
                self.asked += 1
                heapq.heappush(due, (now + 5.0, number))  # unless an answer comes
            for key, _ in selector.select(0.02):
                answer = dns.message.from_wire(self._sockets[key.data].recv(4_096)).answer
                ttl = answer[0].ttl if answer else 0
                self.ttls[key.data] = ttl
                due = [one for one in due if one[1] != key.data]
                due.append((time.monotonic() + ttl + self._chance.expovariate(self._rate), key.data))
                heapq.heapify(due)
        selector.close()
