"""Which part of resolvers' queries comes to this node, where a zone has several: from where in a TTL short gaps end.

ours ──T── x ─► theirs ──T── x ─► ours            a gap that holds another node's turn is two TTLs long at least

A resolver that takes turns asks us only now and then, and looks like one whose clients seldom come: both have long
gaps. But a gap of less than two TTLs held nobody else's turn. How far it goes beyond the first TTL is the wait for a
client alone: near the beginning where clients come often, anywhere where they come seldom. With the rate L that a
share p makes of a resolver's mean gap (T + 1/L = p · mean), such gaps end on average at

    f(L·T) = 1/LT - 1/(e^LT - 1)        of the second TTL

and p is where that meets what is seen, over all resolvers together. It stays 1 unless chance would hardly do that.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import expm1, sqrt

from gslb.caching.trace import LEAST_WAIT, Trace

ENOUGH = 50.0  # gaps that ended within two TTLs
MOST = 2_000  # traces that are asked
LEAST_SHARE = 1 / 16
SURE = 4.0  # standard deviations
SPREAD = 1 / sqrt(12)  # of a place in a TTL, at most


def share(traces: Iterable[Trace]) -> float:
    """The part, from a sixteenth to 1."""
    rows = []
    for trace in traces:
        if trace.near and trace.plain and trace.under > 0:
            rows.append((trace.near, trace.places, trace.length / trace.gaps / trace.under, LEAST_WAIT / trace.under))
            if len(rows) == MOST:
                break
    near, seen = sum(row[0] for row in rows), sum(row[1] for row in rows)

    def expected(part: float) -> float:
        return sum(count * middle(1 / max(part * mean - 1, least)) for count, _, mean, least in rows)

    if near < ENOUGH or expected(1.0) - seen < SURE * SPREAD * sqrt(near):
        return 1.0
    low, high = LEAST_SHARE, 1.0
    for _ in range(10):
        part = (low + high) / 2
        low, high = (part, high) if expected(part) < seen else (low, part)
    return (low + high) / 2


def middle(clients: float) -> float:
    """The mean place, from 0 to 1, of a first client within a TTL, where one comes, and so many do on average."""
    if clients < 1e-3:
        return 0.5 - clients / 12
    return 1 / clients - (1 / expm1(clients) if clients < 500 else 0.0)
