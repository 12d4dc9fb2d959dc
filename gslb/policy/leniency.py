"""What counts as usable: from what healthy means, by way of each last resort, to what could ever be answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leniency:
    """How a tree is read. The defaults are what healthy means; each word lets more in."""

    counted: bool = True  # a node needs `min_healthy` of its children
    gated: bool = True  # a node's own monitors must pass
    up: bool = True  # a leaf must be up
    held: bool = False  # or be up again, held back by damping
    waiting: bool = False  # or wait for its first verdict
    good: bool = False  # or, instead, be part of the last good answer
    draining: bool = False  # it may drain
    off: bool = False  # it may be off


STRICT = Leniency()
DRAINING = Leniency(draining=True)
WAITING = Leniency(waiting=True, draining=True)
HELD = Leniency(held=True)
FEW = Leniency(counted=False)
FEW_HELD = Leniency(counted=False, held=True)
FEW_DRAINING = Leniency(counted=False, held=True, draining=True)
LAST_GOOD = Leniency(counted=False, gated=False, good=True)
UNGATED = Leniency(counted=False, gated=False, held=True)
UNGATED_DRAINING = Leniency(counted=False, gated=False, held=True, draining=True)
OPEN = Leniency(counted=False, gated=False, up=False, held=True)
OPEN_DRAINING = Leniency(counted=False, gated=False, up=False, held=True, draining=True)
EVERYTHING = Leniency(counted=False, gated=False, up=False, held=True, draining=True, off=True)
