"""How to choose: one file a policy, each a pure function from an Ask to a selector of outcomes."""

from gslb.policy.ask import Ask, Latch, Memory, Outcome, Reason, Settled

__all__ = ["Ask", "Latch", "Memory", "Outcome", "Reason", "Settled"]
