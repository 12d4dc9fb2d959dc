"""Why a vantage has no say, or less of one: its sentinels fail, it alone sees everything fail, or it is not heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Lack(Enum):
    CUT_OFF = "cut off"  # it reaches none of its sentinels: it does not vote
    ALONE = "alone"  # it alone sees more than half of everything fail: where nobody agrees, its failures do not count
    SILENT = "silent"  # it was not heard for three intervals of all that it watches


@dataclass(frozen=True, slots=True)
class Absence:
    """Why the vantage of this name has no say, in words, too."""

    vantage: str
    lack: Lack
    reason: str
