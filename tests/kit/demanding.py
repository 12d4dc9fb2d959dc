"""Demand as a test writes it: streams by steered name and where its clients are."""

from gslb.foresight import Source, Stream


def stream(name: str, clients: str, rate: float, rdtype: str = "A") -> Stream:
    """`name` is one under example.com."""
    return Stream(Source(f"{name}.example.com.", rdtype, clients), clients, rate)
