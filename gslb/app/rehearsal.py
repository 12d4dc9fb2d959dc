"""The rehearsal of an upgrade: this program shows that it would serve what a running node serves."""

from __future__ import annotations

import time
from importlib import import_module

from gslb.app.builder import make
from gslb.app.folders import Folders
from gslb.app.inputs import resumed
from gslb.app.spec import Spec
from gslb.control import load

ROLES = ("worker", "responder", "judge", "control")


def rehearse(spec: Spec, folders: Folders) -> int:
    """Do whatever this program needs to serve `spec` beside the node that runs there, and print the report of it.

    Raises Faults with all that is wrong.
    """
    for role in ROLES:
        import_module(f"gslb.app.{role}")
    report = resumed(folders, spec)
    if report is None:
        report = make(folders, spec, time.time())
        load(folders.state, report.digest)
    print(report.to_json())
    return 0
