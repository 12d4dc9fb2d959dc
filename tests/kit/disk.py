"""A disk that breaks when told to: every write and sync of processes that start under it fails with a chosen errno."""

import errno
import mmap
import os
import subprocess
from pathlib import Path

SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile int *trouble;

__attribute__((constructor)) static void look(void) {
    int descriptor = open(getenv("BROKEN_DISK"), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    void *at = mmap(0, 4, PROT_READ, MAP_SHARED, descriptor, 0);
    if (at != MAP_FAILED) trouble = at;
    close(descriptor);
}

static int broken(int descriptor) {
    struct stat found;
    if (!trouble || !*trouble || descriptor <= 2 || fstat(descriptor, &found) || !S_ISREG(found.st_mode)) return 0;
    errno = *trouble;
    return 1;
}

#define FAILS(type, name, arguments, values)                                                                          \
    type name arguments {                                                                                             \
        static type(*real) arguments;                                                                                 \
        if (broken(descriptor)) return -1;                                                                            \
        if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name);                                                         \
        return real values;                                                                                           \
    }

FAILS(ssize_t, write, (int descriptor, const void *data, size_t size), (descriptor, data, size))
FAILS(ssize_t, pwrite, (int descriptor, const void *data, size_t size, off_t at), (descriptor, data, size, at))
FAILS(ssize_t, pwrite64, (int descriptor, const void *data, size_t size, off64_t at), (descriptor, data, size, at))
FAILS(ssize_t, writev, (int descriptor, const struct iovec *parts, int count), (descriptor, parts, count))
FAILS(int, fsync, (int descriptor), (descriptor))
FAILS(int, fdatasync, (int descriptor), (descriptor))
FAILS(int, ftruncate, (int descriptor, off_t size), (descriptor, size))
FAILS(int, ftruncate64, (int descriptor, off64_t size), (descriptor, size))
"""

TROUBLES = {"full": errno.ENOSPC, "read-only": errno.EROFS, "io-error": errno.EIO}


class Disk:
    """What processes started with `environment` write to: whole until `breaks`, and again after `mends`.

    Standard output and error go on, and so does what is mapped.
    """

    def __init__(self, folder: Path) -> None:
        library, source, self._word = folder / "disk.so", folder / "disk.c", folder / "disk.word"
        source.write_text(SOURCE)
        self._word.write_bytes(bytes(mmap.PAGESIZE))
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        self.environment = {"LD_PRELOAD": str(library), "BROKEN_DISK": str(self._word)}

    def breaks(self, number: int) -> None:
        self._say(number)

    def mends(self) -> None:
        self._say(0)

    def _say(self, number: int) -> None:
        with self._word.open("r+b") as file:
            os.pwrite(file.fileno(), number.to_bytes(4, "little"), 0)
