"""How hard scenarios try: gently beside other tests, and at full rate by `GSLB_FULL=1`."""

import os

FULL = bool(os.environ.get("GSLB_FULL"))


def scaled(gentle: float, full: float) -> float:
    """The figure for this run."""
    return full if FULL else gentle


def seconds(gentle: float, full: float) -> float:
    """How long; `GSLB_SECONDS` overrides both."""
    return float(os.environ.get("GSLB_SECONDS") or scaled(gentle, full))
