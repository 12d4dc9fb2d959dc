"""A judge with routing controls and safety rules, and orders as operators give them."""

from gslb.control import Ordered, Reply, Said, Switched, Undrained
from gslb.control.desk import Refusal
from gslb.health import Override, Standing
from kit.judging import Play
from kit.worlds import WALL

RULED = """\
gslb: 1
listen: 127.0.0.1:5300
node: {name: ns1}
regions: {eu-west: {}, eu-north: {}, us-east: {}}
pools:
  web: {endpoints: {eu-west: 192.0.2.1, eu-north: 192.0.2.2, us-east: 192.0.2.3}}
routing_controls: {eu-west: {}, eu-north: {}, us-east: {}, master: {}}
safety:
  - {keep: 2, of: [eu-west, eu-north, us-east]}
  - {keep: 1, of: [eu-west, us-east], why: two homes}
  - {gate: master, of: [eu-north]}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {ttl: {min: 10s, max: 5m}, failover: [web/eu-west, web/eu-north, web/us-east], failback: manual}
"""


def drain(path: str, **known) -> Said:
    """A drain, to begin now unless told otherwise."""
    return Said(Override(path, Standing.DRAIN, "CHG-1", "ann", WALL, **known))


def off(path: str, **known) -> Said:
    return Said(Override(path, Standing.OFF, "INC-1", "ann", WALL, **known))


def undrain(path: str, ramp: float = 0.0) -> Undrained:
    return Undrained(path, ramp, "ann", "CHG-1")


def switch(**controls: bool) -> Switched:
    """Routing controls by name, with _ for -."""
    return Switched(tuple((name.replace("_", "-"), on) for name, on in controls.items()), "ann", "CHG-1")


class Ruled(Play):
    """A play in which orders are given and replied to."""

    def order(self, *commands, **how: bool) -> Reply:
        """What became of an order; Refusal where it was refused."""
        order = Ordered(commands, **how)
        effects = self.step(order)
        (reply,) = (one for one in effects.replies if one.event is order)
        if reply.refused:
            raise Refusal(reply.refused)
        return reply
