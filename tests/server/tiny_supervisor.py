"""A supervisor over tiny roles: `tiny_supervisor.py GRACE SLOT:TRAIT:STAGE[:PATH]...`; workers have a heartbeat.

At SIGUSR2 it becomes itself; with TINY_FAULT in the environment the rehearsal of that fails, with those words.
"""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from gslb.model import Listener
from gslb.server.events import Slot
from gslb.server.handover import Handover
from gslb.server.rehearsal import Rehearsal
from gslb.server.sockets import Sockets, open_sockets
from gslb.server.succession import Legacy, own_command
from gslb.server.supervisor import Launch, Supervisor

ROLES = [sys.executable, str(Path(__file__).with_name("tiny_roles.py"))]


class Itself:
    """The same program again, which has counted how often it was asked."""

    def __init__(self, legacy, count):
        self.legacy, self.count = legacy, count

    def rehearse(self):
        script = "import os, sys; sys.exit(os.environ.get('TINY_FAULT', 0))"
        return Rehearsal([sys.executable, "-c", script], os.environ)

    def leave(self, report, living):
        replace(self.legacy, facts={"count": str(self.count)}, children=tuple(living)).pass_on(own_command())

    def tell(self, words, *, upgraded):
        self.count += 1
        print("outcome", self.count, upgraded, words, file=sys.stderr, flush=True)


def launch(text, handover):
    name, trait, stage, *path = text.split(":")
    stale_after = 0.25 if name.startswith("worker") else None
    slot = Slot(name, int(stage), stale_after, hangup=trait == "hangup", exclusive=name == "judge")
    return Launch(slot, (trait, *path), handover, niceness=5 if name == "control" else 0)


def main(grace, *texts):
    legacy = Legacy.taken()
    sockets = open_sockets([Listener("127.0.0.1", 0)]) if legacy is None else Sockets(legacy.udp, legacy.tcp)
    handover = Handover(sockets.udp, sockets.tcp)
    supervisor = Supervisor(
        [launch(text, handover) for text in texts],
        ROLES,
        lambda seconds, texts: f"ready: {json.dumps(texts)}; answering {sockets}",
        lambda note: print(note.level, note.event, json.dumps(note.fields), file=sys.stderr, flush=True),
        grace=float(grace),
        successor=Itself(Legacy(sockets.udp, sockets.tcp), int(legacy.facts["count"]) if legacy else 0),
        predecessors=legacy.children if legacy else (),
    )
    return supervisor.run()


sys.exit(main(*sys.argv[1:]))
