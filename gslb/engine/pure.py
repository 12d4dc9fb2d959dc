"""The engine in pure Python: batches where the system has them, else one packet at a time."""

from __future__ import annotations

import ctypes
import sys

from gslb.engine.plain import plain
from gslb.engine.serving import MakeServings

LINUX: bool = sys.platform == "linux"


def pure_python() -> MakeServings:
    """What makes the servings of a worker whose engine is Python."""
    if not LINUX or ctypes.sizeof(ctypes.c_size_t) != 8:
        return plain
    from gslb.engine.vectors import vectors

    return vectors
