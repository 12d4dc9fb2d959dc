"""The shared library of the compiled engine (its sources: gslb/engine/native), opened through ctypes.

It holds no Python and is called without the interpreter's lock, so any C compiler builds it. What stands here mirrors
engine.h, batch.h and stream.h.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

PATH = Path(__file__).parent / "native" / "library.so"
INTERFACE = 3
MOST_LAYERS = 4
DROP, FORWARD, FAULT = -1, -2, -3  # what `gslb_answer` returns instead of a length
_WORD, _POINTER = ctypes.c_uint64, ctypes.c_void_p


class NotCompiledError(Exception):
    """There is no compiled engine here; the text says why, for people."""


class Layer(ctypes.Structure):
    """struct layer; filled by `gslb_open_layer`."""

    _fields_ = (*((f"pointer{number}", _POINTER) for number in range(6)), ("sizes", _WORD * 9))


class Zone(ctypes.Structure):
    """struct zone."""

    _fields_ = (("layers", _POINTER * MOST_LAYERS), ("layer_count", _WORD))


class Places(ctypes.Structure):
    """struct places; filled by `gslb_open_places`."""

    _fields_ = (("pointers", _POINTER * 12), ("sizes", _WORD * 4))


class Arena(ctypes.Structure):
    """struct arena."""

    _fields_ = (("octets", _POINTER), ("size", _WORD), ("checked", _POINTER))


class View(ctypes.Structure):
    """struct view."""

    _fields_ = (
        ("zones", _POINTER),
        ("spans", _POINTER),
        ("places", _POINTER),
        ("arenas", _POINTER),
        ("rows", _POINTER),
        ("zone_slots", _POINTER),
        ("places_slots", _POINTER),
        ("zone_count", _WORD),
        ("places_count", _WORD),
        ("arena_count", _WORD),
        ("row_count", _WORD),
        ("zone_mask", _WORD),
        ("places_mask", _WORD),
        ("first_arena", _WORD),
        ("most_labels", _WORD),
        ("published", _WORD),
    )


class Asked(ctypes.Structure):
    """struct asked."""

    _fields_ = (
        ("at", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("sender", ctypes.c_ubyte * 16),
        ("sender_length", ctypes.c_uint32),
        ("stream", ctypes.c_uint32),
        ("draw", _WORD),
    )


SLOTS, NAME_SIZE, CONTROL_SIZE, SLOT_STRIDE = 64, 32, 64, 4096 + 64


class Batch(ctypes.Structure):
    """struct batch, all but the vectors and headers at its end."""

    _fields_ = (
        ("draws", _WORD * 4),
        ("since", _WORD),
        ("forwards", _WORD),
        ("forward", ctypes.c_uint32 * SLOTS),
        ("received", ctypes.c_uint32 * SLOTS),
        ("names", ctypes.c_ubyte * NAME_SIZE * SLOTS),
        ("controls", ctypes.c_ubyte * CONTROL_SIZE * SLOTS),
        ("slots", ctypes.c_ubyte * SLOT_STRIDE * SLOTS),
        ("vectors", ctypes.c_ubyte * 16 * SLOTS),
        ("headers", ctypes.c_ubyte * 64 * SLOTS),
    )


ENOUGH_STREAMED = 1 << 16


class Streamed(ctypes.Structure):
    """struct streamed."""

    _fields_ = (
        ("draws", _WORD * 4),
        ("used", _WORD),
        ("count", _WORD),
        ("replies", ctypes.c_ubyte * (2 * ENOUGH_STREAMED + 8)),
    )


class Listening(ctypes.Structure):
    """struct listening."""

    _fields_ = tuple((name, ctypes.c_int32) for name in ("descriptor", "family", "wildcard", "unused"))


_SIZES = {
    "layer": Layer,
    "zone": Zone,
    "places": Places,
    "arena": Arena,
    "view": View,
    "asked": Asked,
    "batch": Batch,
    "streamed": Streamed,
}
_FUNCTIONS = {
    "gslb_open_layer": (ctypes.c_int, (_POINTER, _POINTER, _WORD, _POINTER, _WORD)),
    "gslb_open_places": (ctypes.c_int, (_POINTER, _POINTER, _WORD)),
    "gslb_open_view": (None, (_POINTER,)),
    "gslb_serve": (ctypes.c_int, (_POINTER, _POINTER, _POINTER, _POINTER, _POINTER)),
    "gslb_answer": (
        ctypes.c_int,
        (_POINTER, ctypes.c_char_p, _WORD, ctypes.c_char_p, ctypes.c_uint32, _WORD, ctypes.c_uint32, _POINTER, _WORD),
    ),
    "gslb_answer_stream": (
        _WORD,
        (_POINTER, _POINTER, _POINTER, ctypes.c_char_p, _WORD, ctypes.c_char_p, ctypes.c_uint32),
    ),
    "gslb_answer_many": (None, (_POINTER, ctypes.c_char_p, _POINTER, _WORD, _POINTER, _WORD, _POINTER)),
}


def open_library(path: Path = PATH) -> ctypes.CDLL:
    """The library at `path`, its functions typed. Raises NotCompiledError where it is not, or is of another version."""
    if not path.exists():
        raise NotCompiledError("it was not built: that takes a C compiler on Linux when gslb is installed")
    try:
        library = ctypes.CDLL(str(path))
        sizes = (_WORD * (len(_SIZES) + 1)).in_dll(library, "gslb_interface")
    except (OSError, ValueError) as error:
        raise NotCompiledError(f"it cannot be loaded: {error}") from error
    if list(sizes) != [INTERFACE, *map(ctypes.sizeof, _SIZES.values())]:
        raise NotCompiledError(f"{path} was built from other sources; install gslb again")
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def address_of(memory: memoryview) -> int:
    """Where a memoryview's octets are; they stay there as long as it, or a view of the same memory, is alive."""
    buffer = _Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(memory), ctypes.byref(buffer), 0)
    try:
        return buffer.octets or 0
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(buffer))


class _Buffer(ctypes.Structure):
    """Py_buffer: what ctypes itself offers takes only memory that may be written."""

    _fields_ = (
        ("octets", _POINTER),
        ("object", _POINTER),
        ("length", ctypes.c_ssize_t),
        ("item", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("dimensions", ctypes.c_int),
        ("format", _POINTER),
        ("shape", _POINTER),
        ("strides", _POINTER),
        ("suboffsets", _POINTER),
        ("internal", _POINTER),
    )
