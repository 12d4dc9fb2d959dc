"""Selection algorithms: whom to send a request to, and whom after that if it has to be tried again.

    members ─► build(algorithm) ─► Selector.order(key) ─► a b c …   the first is the choice, the rest are for retries

An algorithm is a file and a row in `kinds`. Members are read where they are (`active`, `latency`), never changed.
"""

from gslb.balance.kinds import Algorithm, build
from gslb.balance.member import Draw, Member, Selector
from gslb.balance.peak import Peak

__all__ = ["Algorithm", "Draw", "Member", "Peak", "Selector", "build"]
