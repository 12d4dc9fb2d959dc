"""The composition root: which process runs what.

    serve (supervisor) ─┬─ builder    text ─► images, snapshot          short-lived, before each adoption
                        ├─ worker xN  packets ─► tables ─► packets
                        ├─ responder  what has no stored plan, TCP
                        ├─ judge      probes, reports ─► verdicts ─► generations
                        └─ control    reload, metrics, status, explain

Names are loaded when they are first asked for: a worker loads no zone parser and no event loop.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gslb.app.availability import availability_told
    from gslb.app.folders import Folders, state_folder
    from gslb.app.foresight import foreseen
    from gslb.app.incidents import incidents_told
    from gslb.app.line_ring import read_lines
    from gslb.app.spec import Spec
    from gslb.app.state import Holder, holder
    from gslb.app.supervise import serve
    from gslb.app.survey import assembled, settled

_HOMES = {
    "Folders": "folders",
    "Holder": "state",
    "Spec": "spec",
    "assembled": "survey",
    "foreseen": "foresight",
    "availability_told": "availability",
    "holder": "state",
    "incidents_told": "incidents",
    "read_lines": "line_ring",
    "serve": "supervise",
    "settled": "survey",
    "state_folder": "folders",
}

__all__ = [
    "Folders",
    "Holder",
    "Spec",
    "assembled",
    "availability_told",
    "foreseen",
    "holder",
    "incidents_told",
    "read_lines",
    "serve",
    "settled",
    "state_folder",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
