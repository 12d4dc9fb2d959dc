"""The state directory at a start: one node's at a time, and rid of what a power cut left unreadable."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from gslb.app.folders import Folders
from gslb.image import ImageError, Tables
from gslb.model import refuse

MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it, as mkdtemp does
PREFIX = "gslb-"
GRACE = 60.0  # seconds that a new folder has for being claimed


@contextlib.contextmanager
def claimed(folders: Folders) -> Iterator[None]:
    """The state directory as ours alone until the block ends, or the process does. Raises Faults when it cannot be."""
    try:
        folders.make()
        descriptor = os.open(folders.lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        refuse(
            f"{folders.state} cannot be the state directory: {error.strerror}",
            hint="write node: {state: PATH} with a folder that this user may write",
        )
    try:
        if not _locked(descriptor):
            refuse(
                f"another node runs in {folders.state}",
                hint="end it, or give this one a state directory of its own: node: {state: PATH}",
            )
        yield
    finally:
        os.close(descriptor)


def mend(folders: Folders) -> bool:
    """Remove tables and images where they cannot be read, so that they are made anew; whether that was so."""
    try:
        Tables(folders.run).close()
    except (ImageError, OSError):
        shutil.rmtree(folders.run, ignore_errors=True)
        shutil.rmtree(folders.images, ignore_errors=True)
        folders.make()
        return True
    return False


def discard(folders: Folders) -> None:
    """Remove snapshots that are not what they are called: a build of the same content would take them for its own."""
    for path in folders.snapshot("").glob("[0-9a-f]*"):
        if not path.suffix and hashlib.sha256(path.read_bytes()).hexdigest()[: len(path.name)] != path.name:
            path.unlink()


@contextlib.contextmanager
def temporary() -> Iterator[Path]:
    """A state directory that is gone afterwards; its mapped files need no disk. What killed nodes left goes first."""
    home = MEMORY if os.access(MEMORY, os.W_OK) else tempfile.gettempdir()
    for left in Path(home).glob(f"{PREFIX}*"):
        _sweep(left)
    folder = tempfile.mkdtemp(prefix=PREFIX, dir=home)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(left: Path) -> None:
    """Remove a temporary state directory that no node claims any more."""
    with contextlib.suppress(OSError):
        if time.time() - left.stat().st_mtime < GRACE:
            return
        descriptor = os.open(Folders(left).lock, os.O_RDWR)
        try:
            if _locked(descriptor):
                shutil.rmtree(left, ignore_errors=True)
        finally:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
