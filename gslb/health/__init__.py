"""What we believe: observations to machines to quorum to verdicts.

schedule: when to probe ─► (a probe) ─► observation
                                           │
machine: one vantage's belief ◄──── panel: all vantages     heartbeat: a service that speaks up itself
                                           │                        │        balancer: one that reports itself
                                    quorum: who is believed         │        calculated: monitors over monitors
                                           └─────────┬──────────────┴──────────────────┘
watched: what is judged     assign: by whom       settle ─► damping ─► verdict: up or down, how far from turning
inherit: what stands at first         override: an operator's word                        │
                                           judge: the fold over it all
"""

from gslb.health.absence import Absence, Lack
from gslb.health.assign import assigned
from gslb.health.balancer import BalancerReport
from gslb.health.calculated import Member, combine
from gslb.health.judge import Judge
from gslb.health.machine import LATENESS, Machine, State, soonest
from gslb.health.observation import Observation
from gslb.health.override import Override, Standing, thresholds
from gslb.health.pace import FIRST_ROUND
from gslb.health.panel import Ballot, Stage
from gslb.health.schedule import Timetable, Turn
from gslb.health.switch import Switch
from gslb.health.verdict import Cause, Verdict
from gslb.health.watched import Watched, watch

__all__ = [
    "FIRST_ROUND",
    "LATENESS",
    "Absence",
    "BalancerReport",
    "Ballot",
    "Cause",
    "Judge",
    "Lack",
    "Machine",
    "Member",
    "Observation",
    "Override",
    "Stage",
    "Standing",
    "State",
    "Switch",
    "Timetable",
    "Turn",
    "Verdict",
    "Watched",
    "assigned",
    "combine",
    "soonest",
    "thresholds",
    "watch",
]
