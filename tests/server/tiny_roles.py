"""Children for the supervisor's tests, each as small as its trait: `tiny_roles.py TRAIT [PATH]`."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from gslb.server.handover import inherited


def main(trait: str, path: str = "") -> None:
    me = inherited()
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    if path and trait != "hangup":
        with Path(path).open("a") as log:  # one line a life
            log.write(f"{me.slot} {os.getpid()} {os.getppid()} {os.nice(0)}\n")
    match trait:
        case "failing":
            me.complain("the disk is full")
            sys.exit(3)
        case "faulty":
            sys.exit(2)
        case "stubborn":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        case "hangup":
            signal.signal(signal.SIGHUP, lambda *_: Path(path).write_text("reloaded"))
        case "answering":
            me.udp[0].socket.settimeout(0.02)
            me.ready("1 up")
            while not stopping:
                me.beat()
                with contextlib.suppress(TimeoutError):
                    _, client = me.udp[0].socket.recvfrom(100)
                    me.udp[0].socket.sendto(f"{me.slot} {os.getpid()}".encode(), client)
            return
    me.ready(f"{trait} ready" if trait == "steady" else "")
    while not stopping:
        me.beat()
        time.sleep(0.02)


main(*sys.argv[1:])
