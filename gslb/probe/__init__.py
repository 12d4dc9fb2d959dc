"""One file a probe kind and one runner: ask an endpoint how it is, from here or from a remote vantage.

Runner ── turns the timetable ──► Prober ── one table of kinds ──► fence ──► http, tcp, tls, dns … ──► endpoint
   └─► observations ─► the judge, or:

Agent (gslb probe) ── Link, a node each ── signed HTTP ──► Reports (mounted by the node) ─► the judge
"""

from gslb.probe.agent import Agent
from gslb.probe.fence import Fence
from gslb.probe.kinds import Prober
from gslb.probe.reports import Reports
from gslb.probe.result import Result, Unable
from gslb.probe.runner import Runner
from gslb.probe.secret import SecretError, parse, read, read_token
from gslb.probe.target import Target, targets
from gslb.probe.wire import CheckList, list_of

__all__ = [
    "Agent",
    "CheckList",
    "Fence",
    "Prober",
    "Reports",
    "Result",
    "Runner",
    "SecretError",
    "Target",
    "Unable",
    "list_of",
    "parse",
    "read",
    "read_token",
    "targets",
]
