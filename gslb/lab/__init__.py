"""The embedded world: three regions, three vantages and two name servers on loopback, for trying and for tests."""

from gslb.lab.run import command, run

__all__ = ["command", "run"]
