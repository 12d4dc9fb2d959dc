"""Trying a program beside the one that serves: a child that is to say whether it would, and its last words."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from gslb.server.children import spawn
from gslb.server.events import Rehearsed
from gslb.server.handover import memory

NICE = 10


class Rehearsal:
    """A program under trial: exit status 0 and a report on standard output, or another and why on standard error.

    What it says goes to memory and not through a pipe: nobody has to read while it runs. Raises OSError.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._output = (memory("gslb-report"), memory("gslb-faults"))
        try:
            self._process = spawn(argv, (), environment, NICE, self._output)
        except BaseException:
            self._close()
            raise

    def poll(self) -> Rehearsed | None:
        """What came of it; None while it runs."""
        status = self._process.poll()
        if status is None:
            return None
        report, faults = (_text(descriptor) for descriptor in self._output)
        self._close()
        return Rehearsed(status, report if status == 0 else faults)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Kill it, and forget what it said."""
        self.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        for descriptor in self._output:
            os.close(descriptor)


def _text(descriptor: int) -> str:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode(errors="replace")
