"""How to choose: one file a policy, each a pure function from an Ask to a selector of outcomes.

tree + Ask ──► choose ──► Constant | Draw | Bucket of Outcome(leaves, horizon, why) ──► ttl
               classify   which places are answered alike        varies   scope of the answer
verdicts ────► remember ──► Memory (latches, last good answers, TTLs) ──► the next Ask;  wake_at: when again

kinds        the table: a policy is a row and a file      look     what a policy sees of its children, health, memory
resort       when nothing is healthy                      compose  choices among choices, as one
"""

from gslb.policy.ask import Ask, Carried, Latch, Memory, Outcome, Reason, Resort, Settled, name_of
from gslb.policy.choice import choose, choose_each, classify, varies
from gslb.policy.load import carry_key
from gslb.policy.look import class_name
from gslb.policy.plain import carried_shares, plain_shares
from gslb.policy.remember import merge, release, remember, remembers, wake_at
from gslb.policy.spill import Part, allot
from gslb.policy.state import has_family, word_on
from gslb.policy.survey import Condition, survey
from gslb.policy.ttl import negative_ttl, ttl
from gslb.policy.wording import span

__all__ = [
    "Ask",
    "Carried",
    "Condition",
    "Latch",
    "Memory",
    "Outcome",
    "Part",
    "Reason",
    "Resort",
    "Settled",
    "allot",
    "carried_shares",
    "carry_key",
    "choose",
    "choose_each",
    "class_name",
    "classify",
    "has_family",
    "merge",
    "name_of",
    "negative_ttl",
    "plain_shares",
    "release",
    "remember",
    "remembers",
    "span",
    "survey",
    "ttl",
    "varies",
    "wake_at",
    "word_on",
]
