"""The embedded world: three regions, three vantages and two name servers on loopback, for trying and for tests."""

from gslb.lab.run import command, run
from gslb.lab.world import FOLDER

__all__ = ["FOLDER", "command", "run"]
