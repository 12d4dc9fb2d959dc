"""Many packets a system call: recvmmsg and sendmmsg over slots that are laid out once (Linux).

header[n] ─┬─► name[n]      the sender's address, which the reply goes back to
           ├─► vector[n] ─► slot n
           └─► control[n]   the address asked, where the socket listens to many

Receiving fills in lengths; sending takes the same headers with the replies' lengths, so nothing is built anew.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import select
import socket
from array import array
from struct import Struct
from typing import Literal

from gslb.engine.exchange import SLOT_SIZE, SLOTS, STARTS, Origin, learns_destination

NAME_SIZE = 32  # sockaddr_in6 is 28
CONTROL_SIZE = 64  # in6_pktinfo takes 40
CMSG_DATA = 16  # octets before the data of a control message
PATIENCE = 10  # milliseconds that a full send buffer is given to drain, once a batch
FULL = (errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM)


class _Vector(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Message(ctypes.Structure):
    """struct msghdr."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Header(ctypes.Structure):
    """struct mmsghdr."""

    _fields_ = (("message", _Message), ("length", ctypes.c_uint))


SIZE_T: Literal["Q", "I"] = "Q" if ctypes.sizeof(ctypes.c_size_t) == 8 else "I"
STRIDE = ctypes.sizeof(_Header)
_IPV4 = Struct("=2x2s4s24x")  # sockaddr_in, in a slot of NAME_SIZE
_IPV6 = Struct("=2x2s4x16sI4x")
_INTERFACE = {socket.AF_INET: CMSG_DATA, socket.AF_INET6: CMSG_DATA + 16}  # where in a control message its number is
_DESTINATION = {socket.AF_INET: (CMSG_DATA + 4, 4), socket.AF_INET6: (CMSG_DATA, 16)}

_libc = ctypes.CDLL(None, use_errno=True)
_recvmmsg = _libc.recvmmsg
_recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
_sendmmsg = _libc.sendmmsg
_sendmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)


class Batch:
    """An Exchange that takes and gives up to 64 packets a call."""

    def __init__(self, listening: socket.socket, slots: mmap.mmap) -> None:
        self.socket = listening
        self._descriptor = listening.fileno()
        self._wildcard = learns_destination(listening)
        self._family = listening.family
        self._headers = bytearray(STRIDE * SLOTS)
        self._vectors = bytearray(ctypes.sizeof(_Vector) * SLOTS)
        self._names = mmap.mmap(-1, NAME_SIZE * SLOTS)  # slicing it gives bytes at once
        self._control = bytearray(CONTROL_SIZE * SLOTS)
        self._slots = slots  # stays where it is as long as this does
        self._lay_out()
        self._header_template = bytes(self._headers)
        self._vector_template = bytes(self._vectors)
        self._at = _address(self._headers)
        words = memoryview(self._headers).cast("I")
        self._received = words[_Header.length.offset // 4 :: STRIDE // 4]
        vector_words = memoryview(self._vectors).cast(SIZE_T)
        self._lengths = vector_words[1::2]
        interface = _INTERFACE[self._family]
        self._interfaces = memoryview(self._control).cast("I")[interface // 4 :: CONTROL_SIZE // 4]
        self._no_interfaces = memoryview(array("I", bytes(4 * SLOTS)))

    def _lay_out(self) -> None:
        headers = (_Header * SLOTS).from_buffer(self._headers)
        vectors = (_Vector * SLOTS).from_buffer(self._vectors)
        slots_at, names_at, control_at = _address(self._slots), _address(self._names), _address(self._control)
        for slot in range(SLOTS):
            vectors[slot].base = slots_at + STARTS[slot]
            vectors[slot].length = SLOT_SIZE
            message = headers[slot].message
            message.name = names_at + slot * NAME_SIZE
            message.name_length = 16 if self._family == socket.AF_INET else 28
            message.vectors = ctypes.addressof(vectors[slot])
            message.vector_count = 1
            if self._wildcard:
                message.control = control_at + slot * CONTROL_SIZE
                message.control_length = CONTROL_SIZE

    def receive(self) -> list[int]:
        self._headers[:] = self._header_template
        self._vectors[:] = self._vector_template
        count = _recvmmsg(self._descriptor, self._at, SLOTS, socket.MSG_DONTWAIT, None)
        return self._received[:count].tolist() if count > 0 else []

    def sender(self, slot: int) -> bytes:
        at = slot * NAME_SIZE
        return self._names[at + 4 : at + 8] if self._family == socket.AF_INET else self._names[at + 8 : at + 24]

    def origin(self, slot: int) -> Origin:
        destination = b""
        if self._wildcard:
            start, length = _DESTINATION[self._family]
            start += slot * CONTROL_SIZE
            destination = bytes(self._control[start : start + length])
        if self._family == socket.AF_INET:
            port, address = _IPV4.unpack_from(self._names, slot * NAME_SIZE)
            return Origin(address, int.from_bytes(port, "big"), 0, destination)
        port, address, scope_id = _IPV6.unpack_from(self._names, slot * NAME_SIZE)
        return Origin(address, int.from_bytes(port, "big"), scope_id, destination)

    def send(self, sizes: list[int]) -> int:
        count = len(sizes)
        self._lengths[:count] = memoryview(array(SIZE_T, sizes))
        if self._wildcard:  # by which interface the reply leaves is for routing to say, not for where the query came in
            self._interfaces[:count] = self._no_interfaces[:count]
        if 0 in sizes:
            headers = self._headers
            picked = [headers[slot * STRIDE : (slot + 1) * STRIDE] for slot, size in enumerate(sizes) if size]
            count = len(picked)
            headers[: count * STRIDE] = b"".join(picked)
        failed = sent = 0
        patient = True
        while sent < count:
            done = _sendmmsg(self._descriptor, self._at + sent * STRIDE, count - sent, socket.MSG_DONTWAIT)
            if done > 0:
                sent += done
            elif ctypes.get_errno() not in FULL:  # this one has no way out: its port is 0, its network unreachable
                sent += 1
                failed += 1
            elif patient:
                patient = False
                _wait_for_room(self._descriptor)
            else:
                return failed + count - sent
        return failed


def _address(memory: bytearray | mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def _wait_for_room(descriptor: int) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    poll.poll(PATIENCE)
