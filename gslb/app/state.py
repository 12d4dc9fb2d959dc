"""The state directory at a start: one node's at a time, and rid of what a power cut left unreadable."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from gslb.app.folders import Folders
from gslb.image import ImageError, Tables
from gslb.model import refuse

MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it, as mkdtemp does
PREFIX = "gslb-"
GRACE = 60.0  # seconds that a new folder has for being claimed
_PAGE = 4096  # octets of the lock file: once written, writing it again needs no room on the disk


@dataclass(frozen=True, slots=True)
class Holder:
    """What the lock file tells of the node that runs: its process, how many upgrades ended, and how the last did."""

    pid: int
    upgrades: int = 0
    upgraded: bool = False
    words: str = ""


class Claim:
    """A node's hold on its state directory: an open lock file, kept when the process becomes another program."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def say(self, holder: Holder) -> None:
        """Write down who holds it. Where the disk is full nothing is said."""
        page = json.dumps(asdict(holder)).encode()
        if len(page) > _PAGE:
            page = json.dumps(asdict(holder) | {"words": holder.words[: _PAGE // 8]}).encode()
        with contextlib.suppress(OSError):
            os.pwrite(self.descriptor, page.ljust(_PAGE), 0)

    def told(self) -> Holder | None:
        """What was said last."""
        try:
            return Holder(**json.loads(os.pread(self.descriptor, _PAGE, 0)))
        except (ValueError, TypeError):
            return None


def holder(folders: Folders) -> Holder | None:
    """The node that runs there, None where none does. Raises OSError where that cannot be seen."""
    try:
        descriptor = os.open(folders.lock, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return None if _locked(descriptor, fcntl.LOCK_SH) else Claim(descriptor).told()
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def claimed(folders: Folders) -> Iterator[Claim]:
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
        claim = Claim(descriptor)
        claim.say(Holder(os.getpid()))
        yield claim
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
def temporary(folder: Path | None = None) -> Iterator[Path]:
    """A state directory that is gone afterwards; its mapped files need no disk. What killed nodes left goes first.

    `folder`: the one that this process had as another program.
    """
    home = MEMORY if os.access(MEMORY, os.W_OK) else tempfile.gettempdir()
    for left in Path(home).glob(f"{PREFIX}*"):
        if left != folder:
            _sweep(left)
    folder = folder or Path(tempfile.mkdtemp(prefix=PREFIX, dir=home))
    try:
        yield folder
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


def _locked(descriptor: int, how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
