"""Packets that wish a name server ill: valid queries cut, stretched, flipped and lied about, by chance with a seed."""

from __future__ import annotations

import random
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from struct import pack, pack_into
from typing import Self

import dns.exception
import dns.message

from kit.packets import name_of, opt, option, query, subnet

VOLLEY = 64  # mutants between two valid queries
PATIENCE = 10.0  # seconds that a valid query may take
PARSED_EVERY = 16  # one reply of so many is read by dnspython
QUERY_TYPES = (1, 2, 5, 6, 15, 16, 28, 33, 41, 64, 65, 249, 250, 251, 252, 253, 254, 255, 0, 65_535)


def seeds(names: Sequence[str]) -> list[bytes]:
    """Valid queries of every form, for mutants to start from."""
    found = []
    for name in names:
        for rdtype in (1, 28, 16, 255, 6, 65):
            found.append(query(name, rdtype))
            found.append(query(name, rdtype, opt()))
            found.append(query(name, rdtype, opt(options=subnet(b"\x51\x02\x45", 24))))
            found.append(query(name, rdtype, opt(options=subnet(b"\x20\x01\x0d\xb8\0\0\0", 56, family=2))))
        cookie = option(10, bytes(8)) + option(3) + option(12, bytes(20))
        found.append(query(name, 1, opt(4096, cookie, flags=0x8000)))
        found.append(query(name, 1, opt(options=option(11)), rdclass=3))
    return found


class Mutants:
    """An endless supply, drawn from valid queries by chance with a seed."""

    def __init__(self, seed: int, origins: Sequence[bytes]) -> None:
        self._chance = random.Random(seed)
        self._origins = origins
        self._ways = (
            self._flip,
            self._set,
            self._cut,
            self._insert,
            self._repeat,
            self._header,
            self._counts,
            self._question,
            self._options,
            self._labels,
            self._pointers,
            self._noise,
        )

    def __iter__(self) -> Iterator[bytes]:
        chance = self._chance
        while True:
            packet = bytearray(chance.choice(self._origins))
            for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
                packet = chance.choice(self._ways)(packet)
            yield bytes(packet[:4_096])

    def _flip(self, packet: bytearray) -> bytearray:
        if packet:
            packet[self._chance.randrange(len(packet))] ^= 1 << self._chance.randrange(8)
        return packet

    def _set(self, packet: bytearray) -> bytearray:
        if packet:
            packet[self._chance.randrange(len(packet))] = self._chance.choice((0, 1, 63, 64, 127, 128, 191, 192, 255))
        return packet

    def _cut(self, packet: bytearray) -> bytearray:
        return packet[: self._chance.randrange(len(packet) + 1)]

    def _insert(self, packet: bytearray) -> bytearray:
        at = self._chance.randrange(len(packet) + 1)
        return packet[:at] + self._chance.randbytes(self._chance.choice((1, 2, 4, 11, 60))) + packet[at:]

    def _repeat(self, packet: bytearray) -> bytearray:
        at = self._chance.randrange(len(packet) + 1)
        return packet + packet[at:] * self._chance.choice((1, 2, 20))

    def _header(self, packet: bytearray) -> bytearray:
        return bytearray(self._chance.randbytes(4)) + packet[4:]

    def _counts(self, packet: bytearray) -> bytearray:
        counts = [self._chance.choice((0, 1, 1, 2, 255, 65_535)) for _ in range(4)]
        return packet[:4] + bytearray(pack(">4H", *counts)) + packet[12:]

    def _question(self, packet: bytearray) -> bytearray:
        name = name_of("www.example.com")
        rdtype, rdclass = self._chance.choice(QUERY_TYPES), self._chance.choice((1, 1, 1, 3, 4, 254, 255, 0, 65_535))
        return packet[:12] + bytearray(name + pack(">HH", rdtype, rdclass)) + packet[12 + len(name) + 4 :]

    def _options(self, packet: bytearray) -> bytearray:
        chance = self._chance
        code = chance.choice((3, 8, 8, 8, 8, 9, 10, 11, 15, chance.randrange(65_536)))
        family, source, scope = chance.choice((0, 1, 1, 2, 3)), chance.randrange(256), chance.choice((0, 0, 24, 255))
        told = pack(">HBB", family, source, scope) + chance.randbytes(chance.choice((0, 1, 3, 4, 7, 16, 17, 200)))
        wrong = chance.choice((0, 0, 0, 1, -1, 100))
        options = pack(">HH", code, max(0, len(told) + wrong)) + told
        payload, version = chance.choice((0, 511, 512, 1232, 65_535)), chance.choice((0, 0, 1, 255))
        record = opt(payload, options * chance.choice((1, 1, 2)), version)
        at = 12 + len(name_of("www.example.com")) + 4
        return packet[:10] + bytearray(b"\0\1") + packet[12:at] + record

    def _labels(self, packet: bytearray) -> bytearray:
        chance = self._chance
        sizes = [chance.randrange(1, 64) for _ in range(chance.randrange(1, 140))]
        labels = b"".join(bytes((size,)) + chance.randbytes(size) for size in sizes)
        length = chance.choice((250, 253, 254, 255, 256, 300, 2_000))
        return packet[:12] + labels[:length] + b"\0" + pack(">HH", 1, 1)

    def _pointers(self, packet: bytearray) -> bytearray:
        for _ in range(self._chance.randrange(1, 4)):
            if len(packet) > 14:
                target = self._chance.choice((0, 12, 13, len(packet) - 2, self._chance.randrange(16_384)))
                pack_into(">H", packet, self._chance.randrange(12, len(packet) - 1), 0xC000 | target & 0x3FFF)
        return packet

    def _noise(self, packet: bytearray) -> bytearray:
        return bytearray(self._chance.randbytes(self._chance.choice((0, 1, 2, 11, 12, 13, 17, 40, 512, 1_400, 4_096))))


@dataclass
class Outcome:
    """What became of an assault. `wrong` are replies that no reply may be, with what provoked them."""

    sent: int = 0
    responses_sent: int = 0
    responses_answered: int = 0
    replies: int = 0
    valid: int = 0
    seconds: float = 0.0
    rcodes: Counter[int] = field(default_factory=Counter)
    wrong: list[tuple[str, bytes, bytes]] = field(default_factory=list)


class Assault:
    """Sends mutants to `address`, and after each volley every one of `valid`: queries, and how their answers end.

    Each has to be answered, at the first try, before the next volley goes out: so nothing is lost for being too much,
    as long as one of them takes the way through the responder, and another does not. Mutants with QR=1 have a socket
    of their own: whatever comes back there is an answer to a response.
    """

    def __init__(
        self, address: tuple[str, int], valid: Sequence[tuple[bytes, bytes]], seed: int, names: Sequence[str]
    ) -> None:
        self.outcome = Outcome()
        self._valid = valid
        self._mutants = iter(Mutants(seed, seeds(names)))
        self._queries, self._responses, self._asking = (self._socket(address) for _ in range(3))
        self._asking.settimeout(PATIENCE)
        self._provoked: dict[int, bytes] = {}

    @staticmethod
    def _socket(address: tuple[str, int]) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.connect(address)
        made.settimeout(0)
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._queries, self._responses, self._asking):
            each.close()

    def send(self, count: int) -> None:
        """So many mutants, with a valid query after each volley."""
        began = time.monotonic()
        until = self.outcome.sent + count
        while self.outcome.sent < until:
            for _ in range(min(VOLLEY, until - self.outcome.sent)):
                self._shoot(next(self._mutants))
            self._ask()
            self._listen()
        self.outcome.seconds += time.monotonic() - began

    def _shoot(self, mutant: bytes) -> None:
        self.outcome.sent += 1
        if len(mutant) > 2 and mutant[2] & 0x80:
            self.outcome.responses_sent += 1
            self._responses.send(mutant)
            return
        if len(mutant) >= 2:
            self._provoked[int.from_bytes(mutant[:2], "big")] = mutant
        self._queries.send(mutant)

    def _ask(self) -> None:
        for packet, right in self._valid:
            self.outcome.valid += 1
            id_ = (self.outcome.valid & 0xFFFF).to_bytes(2, "big")
            self._asking.send(id_ + packet[2:])
            reply = self._asking.recv(4_096)
            if reply[:2] != id_ or not reply.endswith(right):
                self.outcome.wrong.append(("the answer to a valid query", packet, reply))

    def _listen(self) -> None:
        outcome = self.outcome
        with suppress(BlockingIOError):
            while True:
                outcome.wrong.append(("an answer to a response", b"", self._responses.recv(4_096)))
                outcome.responses_answered += 1
        with suppress(BlockingIOError):
            while True:
                self._judge(self._queries.recv(4_096))

    def _judge(self, reply: bytes) -> None:
        outcome = self.outcome
        outcome.replies += 1
        provoked = self._provoked.get(int.from_bytes(reply[:2], "big"), b"")
        if len(reply) < 12 or not reply[2] & 0x80:
            outcome.wrong.append(("no response", provoked, reply))
        elif len(reply) > 1_232:
            outcome.wrong.append(("longer than 1232 octets", provoked, reply))
        else:
            outcome.rcodes[reply[3] & 15] += 1
            if outcome.replies % PARSED_EVERY == 0:
                try:
                    dns.message.from_wire(reply, ignore_trailing=False)
                except dns.exception.DNSException as error:
                    outcome.wrong.append((f"cannot be read: {error!r}", provoked, reply))
