"""What happened, read from the chronicle: incidents phase by phase, and what people should be told of.

chronicle ─┬─► incidents: what fell together, and when each phase was ◄─ activity: which endpoint was answered when
           └─► notices: each thing once ─► matters: in words ◄─ moved: whom it concerns
"""

from gslb.history.activity import Activity, Answered
from gslb.history.incidents import PHASES, Incident, Incidents
from gslb.history.matters import Notice
from gslb.history.notices import NOTICED, Notices

__all__ = [
    "NOTICED",
    "PHASES",
    "Activity",
    "Answered",
    "Incident",
    "Incidents",
    "Notice",
    "Notices",
]
