"""Both engines and `respond` on the same packets and draws: they say the same, octet for octet, and count the same."""

import ctypes
from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from gslb.engine import CompiledAnswers, NoAnswer, answer
from gslb.image import Tables
from gslb.nameserver import Client, Transport, View, respond
from kit.mixed import Asked

PYTHONS_SLOT, COMPILEDS_SLOT = 100, 101


class Engines:
    """The two engines on the published tables of a folder, each counting for itself. `said` sums up what they said."""

    def __init__(self, folder: Path, library: ctypes.CDLL | None = None) -> None:
        self.python, self.other = Tables(folder, PYTHONS_SLOT), Tables(folder, COMPILEDS_SLOT)
        self.compiled = CompiledAnswers(self.other, library)
        self.said: Counter[str] = Counter()

    def refresh(self) -> None:
        for tables in (self.python, self.other):
            tables.refresh()

    def compare(self, asked: Sequence[Asked], *, stream: bool = False, view: View | None = None) -> None:
        """AssertionError with the packet where they differ. With `view`, `respond` is asked, too."""
        for (packet, sender, draw), fast in zip(asked, self.compiled.answer_many(asked, stream), strict=True):
            said = answer(self.python, packet, sender, lambda draw=draw: draw, stream)
            told = f"{packet.hex()} from {sender.hex()}, draw {draw}, stream {stream}"
            assert fast == said, f"{told}: compiled {shown(fast)}, Python {shown(said)}"
            self.said[said.value if isinstance(said, NoAnswer) else f"rcode {said[3] & 15}"] += 1
            if view is not None and said is not NoAnswer.FORWARD:
                client = Client(ip_address(sender), Transport.TCP if stream else Transport.UDP)
                slow = respond(packet, client, view, lambda draw=draw: draw)
                expected = NoAnswer.DROP if slow is None else slow
                assert said == expected, f"{told}: engines {shown(said)}, respond {shown(expected)}"
                self.said["by respond, too"] += 1

    def assert_same_counts(self) -> None:
        """Both have counted the same answers."""
        for apex, zone in self.python.zones.items():
            for one, other in zip(zone.layers, self.other.zones[apex].layers, strict=True):
                assert list(one.counts) == list(other.counts), one.image.path


def shown(reply: bytes | NoAnswer) -> str:
    return reply.value if isinstance(reply, NoAnswer) else reply.hex()
