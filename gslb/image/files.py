"""Files that readers map: written whole or not at all, never changed in place."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import sys
from collections.abc import Sequence
from pathlib import Path

Chunk = bytes | bytearray | memoryview
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


class ImageError(Exception):
    """A file is not an image that this version can read; says which and why."""


def content_digest(chunks: Sequence[Chunk]) -> str:
    """32 hex digits that name this content."""
    digest = hashlib.blake2b(digest_size=16)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def write_whole(path: Path, chunks: Sequence[Chunk]) -> None:
    """Write `chunks` to `path` so that a reader, or a machine that lost power, sees all of it or what was there before.

    A mapped file is never shortened or overwritten (its readers would die of SIGBUS): the new one takes its name.
    Raises OSError; then nothing is left behind.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def map_whole(path: str | Path, magic: bytes, least: int) -> mmap.mmap:
    """Map a file read-only after a look at its first octets; it must have `least` octets and start with `magic`.

    Raises ImageError, or FileNotFoundError when there is no such file.
    """
    with Path(path).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size < least:
            raise ImageError(f"{path} is too short: {size} octets where at least {least} were expected")
        mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    if mapped[: len(magic)] != magic:
        mapped.close()
        raise ImageError(f"{path} is not a {magic.decode()} image")
    return mapped


def map_words(path: Path, count: int) -> memoryview[int]:
    """A file of at least `count` u64s mapped for reading and writing; made or lengthened with zeros, never shortened.

    Its blocks are taken at once, so that a full disk is an OSError here and not a SIGBUS at the first store. Nothing is
    written: two processes may open a new file at the same moment.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if sys.platform == "linux":
            os.posix_fallocate(descriptor, 0, 8 * count)
        elif os.fstat(descriptor).st_size < 8 * count:
            os.ftruncate(descriptor, 8 * count)
        return memoryview(mmap.mmap(descriptor, 8 * count)).cast("Q")
    finally:
        os.close(descriptor)


def map_own_words(path: Path, count: int) -> memoryview[int]:
    """The same, for what one process counts and others sum up: where there is no room, memory that they do not see.

    An answer matters more than its count. Raises OSError for any other reason.
    """
    try:
        return map_words(path, count)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        return memoryview(mmap.mmap(-1, 8 * count)).cast("Q")
