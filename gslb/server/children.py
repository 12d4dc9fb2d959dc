"""Starting a child process that cannot outlive its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # looked up before any fork


def spawn(
    argv: Sequence[str],
    descriptors: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
    niceness: int = 0,
    output: tuple[int, int] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `argv` with only these descriptors open beside standard output and error, and `niceness` added to our own.

    `output`: descriptors to be its standard output and error; without, it shares ours.

    The kernel kills it when we die, however we die (Linux; prctl(2), PR_SET_PDEATHSIG). It gets a process group of its
    own, so Ctrl-C at the terminal reaches only us, and we end the others in order. Call it from the main thread: to the
    kernel, "parent" is the thread. Raises OSError where the system refuses.
    """
    return subprocess.Popen(
        list(argv),
        stdin=subprocess.DEVNULL,
        stdout=output and output[0],
        stderr=output and output[1],
        pass_fds=tuple(descriptors),
        env=dict(os.environ if environment is None else environment),
        preexec_fn=_tied_to(os.getpid(), niceness),  # noqa: PLW1509 - the supervisor runs one thread
        process_group=0,
    )


def child_preexec() -> None:
    """The `preexec_fn` for asyncio's way to start a process: the kernel kills the child when its parent dies."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _tied_to(parent: int, niceness: int) -> Callable[[], None]:
    """What runs in the child between fork and exec."""

    def tie() -> None:
        child_preexec()
        if os.getppid() != parent:  # it died before we were tied to it
            os._exit(1)
        if niceness:
            os.nice(niceness)

    return tie
