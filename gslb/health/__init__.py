"""What we believe: observations to machines to quorum to verdicts."""

from gslb.health.verdict import Cause, Override, Standing, Verdict

__all__ = ["Cause", "Override", "Standing", "Verdict"]
