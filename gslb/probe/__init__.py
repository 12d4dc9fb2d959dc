"""One file a probe kind and one runner: ask an endpoint how it is, from here or from a remote vantage.

Runner ── turns the timetable ──► Prober ── one table of kinds ──► fence ──► http, tcp, tls, dns … ──► endpoint
   └─► observations ─► the judge, or:

Agent (gslb probe) ── Link, a node each ── signed HTTP ──► Reports (mounted by the node) ─► the judge
   └─ what is asked for now (once) is probed beside all that, and told to whoever asked
Teller (gslb report, a balancer) ── Line ── signed HTTP ──► Feed (mounted beside it) ──────► the judge
"""

from gslb.probe.agent import Agent
from gslb.probe.balancer import Feed, Figures, Measured, figures_in
from gslb.probe.fence import Fence, Forbidden, Unresolved
from gslb.probe.kinds import Prober
from gslb.probe.once import Outcome, probe_once
from gslb.probe.reports import Reports
from gslb.probe.result import Result, Unable
from gslb.probe.runner import Runner
from gslb.probe.secret import SecretError, parse, read, read_token
from gslb.probe.target import Target, targets
from gslb.probe.telling import Teller
from gslb.probe.wire import CheckList, WireError, list_of

__all__ = [
    "Agent",
    "CheckList",
    "Feed",
    "Fence",
    "Figures",
    "Forbidden",
    "Measured",
    "Outcome",
    "Prober",
    "Reports",
    "Result",
    "Runner",
    "SecretError",
    "Target",
    "Teller",
    "Unable",
    "Unresolved",
    "WireError",
    "figures_in",
    "list_of",
    "parse",
    "probe_once",
    "read",
    "read_token",
    "targets",
]
