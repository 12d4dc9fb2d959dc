"""Traced senders' queries, from samples to the populations of caches behind each name; and whom to trace.

sample ─► what was answered, kept for whom and how long ─► Populations        fewer are traced where more is asked
"""

from __future__ import annotations

from ipaddress import ip_address

from gslb.caching import Measured, Populations
from gslb.image import Sample
from gslb.nameserver import Client, Keeping, View, parse


class Tracing:
    """`mark`: the octet by which senders are picked (gslb.image.samples); `now`: monotonic seconds."""

    def __init__(self, mark: int, now: float, before: dict[str, Measured] | None = None) -> None:
        self.mark = mark
        self.populations = Populations(now, before)
        self._keeping = Keeping()

    @property
    def free(self) -> int:
        """The bits of marks that are not looked at, as a mask."""
        return (1 << self.populations.free) - 1

    @property
    def one_in(self) -> int:
        """Of how many senders one is traced."""
        return 1 << 8 - self.populations.free

    def see(self, sample: Sample, view: View) -> None:
        """A traced packet."""
        query, sender = parse(sample.packet), ip_address(sample.sender)
        found = None if query is None else self._keeping.kept(query, Client(sender), view)
        if found is not None:
            entry = found.question, sample.sender, found.prefix
            self.populations.see(found.steered, entry, self._level(sample.sender), sample.at / 1e9, found.ttl)

    def adjust(self, rate: float, lost: int, now: float) -> None:
        """Trace more senders, or fewer, where `rate` packets a second come; `lost`: samples that nobody saw."""
        if lost:
            self.populations.interrupt(now)
        wanted = self.populations.wanted(rate)
        if wanted != self.populations.free:
            self.populations.trace(wanted, now)
        self.populations.forget(now)

    def _level(self, sender: bytes) -> int:
        return ((sender[3] if len(sender) == 4 else sender[7]) ^ self.mark).bit_length()
