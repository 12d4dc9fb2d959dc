"""One child of the supervisor alone, as a process with what it would be handed over."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from select import select

from gslb.server import Handover, spawn
from gslb.server.handover import VARIABLE, Heartbeats

READY_WITHIN = 40.0  # seconds
END_WITHIN = 20.0


@contextmanager
def running(handover: Handover, *words: str, cells: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m gslb.app WORDS`, once it says that it is ready; told to end at the end, which it has to do well.

    It beats in the first of `cells` cells.
    """
    read, write = os.pipe()
    heartbeats = Heartbeats(cells)
    environment = os.environ | {VARIABLE: handover.spelled(words[0], write, (heartbeats.descriptor, 0))}
    descriptors = (*handover.descriptors(), write, heartbeats.descriptor)
    process = spawn((sys.executable, "-m", "gslb.app", *words), descriptors, environment)
    os.close(write)
    try:
        assert select([read], [], [], READY_WITHIN)[0], f"{words[0]} is not ready"
        assert os.read(read, 4096), f"{words[0]} ended before it was ready"
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(END_WITHIN) == 0
    finally:
        process.kill()
        process.wait()
        os.close(read)
        heartbeats.close()
