"""A supervisor over tiny roles: `tiny_supervisor.py GRACE SLOT:TRAIT:STAGE[:PATH]...`; workers have a heartbeat."""

import json
import sys
from pathlib import Path

from gslb.model import Listener
from gslb.server.fleet import Slot
from gslb.server.handover import Handover
from gslb.server.sockets import open_sockets
from gslb.server.supervisor import Launch, Supervisor

ROLES = [sys.executable, str(Path(__file__).with_name("tiny_roles.py"))]


def launch(text, handover):
    name, trait, stage, *path = text.split(":")
    stale_after = 0.25 if name.startswith("worker") else None
    slot = Slot(name, int(stage), stale_after, hangup=trait == "hangup")
    return Launch(slot, (trait, *path), handover, niceness=5 if name == "control" else 0)


def main(grace, *texts):
    sockets = open_sockets([Listener("127.0.0.1", 0)])
    handover = Handover(sockets.udp, sockets.tcp)
    supervisor = Supervisor(
        [launch(text, handover) for text in texts],
        ROLES,
        lambda seconds, texts: f"ready: {json.dumps(texts)}; answering {sockets}",
        lambda note: print(note.level, note.event, json.dumps(note.fields), file=sys.stderr, flush=True),
        grace=float(grace),
    )
    return supervisor.run()


sys.exit(main(*sys.argv[1:]))
