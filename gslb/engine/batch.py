"""Many packets a system call: recvmmsg and sendmmsg over memory that is laid out once (Linux).

incoming[n] ─┬─► name[n]      the sender's address, which the reply goes back to
             ├─► control[n]   the address asked, where the socket listens to many
             └─► key[n] | more[n]            a packet: its first octets, and all others

outgoing[n] ─┬─► name[n], control[n]
             └─► key[n][:2] | reply          its id as it came, and a reply that stands anywhere

Keys are filled with zeros before each batch, so that all of them are read at once, each of one length. A reply that
many packets get stays where it is and is sent from there; one that is made for a packet has a place of its own.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import select
import socket
from struct import Struct

from gslb.engine.exchange import LONGEST, SLOTS, Origin, learns_destination

KEY_SLOT = 96  # octets of a packet that its key has, and its id
MADE_SLOT = 1344  # octets of a reply over UDP at most, and not a power of two: neighbours use other parts of a cache
NAME_SIZE = 32  # sockaddr_in6 is 28
CONTROL_SIZE = 64  # in6_pktinfo takes 40
CMSG_DATA = 16  # octets before the data of a control message
PATIENCE = 10  # milliseconds that a full send buffer is given to drain, once a batch
FULL = (errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM)

ZEROS = bytes(KEY_SLOT * SLOTS)
READERS = [Struct(f"2x{KEY_SLOT - 2}s" * count) for count in range(SLOTS + 1)]  # of the keys of so many packets
KEY_STARTS = [KEY_SLOT * slot for slot in range(SLOTS)]
MADE_STARTS = [MADE_SLOT * slot for slot in range(SLOTS)]

# A reply as it is handed to `send`: where it stands, its length without the id, and which size of packet it is for.
REPLY = Struct("=QQI12x")
NO_SIZE = 0xFFFF_FFFF  # of no packet


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


STRIDE = ctypes.sizeof(_Header)
_IPV4 = Struct("=2x2s4s24x")  # sockaddr_in, in a slot of NAME_SIZE
_IPV6 = Struct("=2x2s4x16sI4x")
_NAME_LENGTH = {socket.AF_INET: 16, socket.AF_INET6: 28}
_CONTROL_LENGTH = {socket.AF_INET: 32, socket.AF_INET6: 40}  # of one control message
_INTERFACE = {socket.AF_INET: CMSG_DATA, socket.AF_INET6: CMSG_DATA + 16}  # where in it the interface's number is
_DESTINATION = {socket.AF_INET: (CMSG_DATA + 4, 4), socket.AF_INET6: (CMSG_DATA, 16)}

_libc = ctypes.PyDLL(None, use_errno=True)  # nothing waits in here, and no other thread for the interpreter
_recvmmsg = _libc.recvmmsg
_recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
_sendmmsg = _libc.sendmmsg
_sendmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)


class BatchMemory:
    """What the sockets of a worker share: a batch is answered before the next is taken.

    `blank[n]` is the reply (see REPLY) that stands in the place for the one made for packet n; it suits no packet.
    """

    def __init__(self) -> None:
        self.keys = mmap.mmap(-1, KEY_SLOT * SLOTS)  # slicing it gives bytes at once
        self.more = mmap.mmap(-1, LONGEST * SLOTS)
        self.made = mmap.mmap(-1, MADE_SLOT * SLOTS)
        made_at = address_of(self.made)
        self.blank = [REPLY.pack(made_at + start, 0, NO_SIZE) for start in MADE_STARTS]


class Batch:
    """Takes and gives up to 64 packets a call over one socket. All that is told of slots is of the batch taken last."""

    def __init__(self, listening: socket.socket, memory: BatchMemory) -> None:
        self.socket = listening
        self._descriptor = listening.fileno()
        self._wildcard = learns_destination(listening)
        self._family = listening.family
        self._keys, self._more, self.made = memory.keys, memory.more, memory.made
        self._names = mmap.mmap(-1, NAME_SIZE * SLOTS)
        self._control = bytearray(CONTROL_SIZE * SLOTS)
        self._incoming, self._outgoing = bytearray(STRIDE * SLOTS), bytearray(STRIDE * SLOTS)
        self._sparse = bytearray(STRIDE * SLOTS)  # as outgoing, without gaps
        self._vectors_in, self._vectors_out = (bytearray(32 * SLOTS) for _ in range(2))
        self._lay_out()
        self._template = bytes(self._incoming)
        self._incoming_at, self._outgoing_at = address_of(self._incoming), address_of(self._outgoing)
        self._sparse_at = address_of(self._sparse)
        self._received = memoryview(self._incoming).cast("I")[_Header.length.offset // 4 :: STRIDE // 4]
        words = memoryview(self._vectors_out).cast("Q")
        self._bases, self.lengths = words[2::4], words[3::4]  # `lengths` of replies without the id; 0: none
        self._interfaces = memoryview(self._control).cast("I")[_INTERFACE[self._family] // 4 :: CONTROL_SIZE // 4]
        self._no_interfaces = memoryview(bytes(4 * SLOTS)).cast("I")
        self._blank_bases = [REPLY.unpack(blank)[0] for blank in memory.blank]
        self._marks = memoryview(self._names)[7 if self._family == socket.AF_INET else 15 :: NAME_SIZE]
        self.sizes = self._received[:0]

    def _lay_out(self) -> None:
        keys_at, more_at = address_of(self._keys), address_of(self._more)
        names_at, control_at = address_of(self._names), address_of(self._control)
        for headers_of, vectors_of in (
            (self._incoming, self._vectors_in),
            (self._outgoing, self._vectors_out),
        ):
            headers = (_Header * SLOTS).from_buffer(headers_of)
            vectors = (_Vector * (2 * SLOTS)).from_buffer(vectors_of)
            for slot in range(SLOTS):
                message = headers[slot].message
                message.name = names_at + slot * NAME_SIZE
                message.name_length = _NAME_LENGTH[self._family]
                message.vectors = ctypes.addressof(vectors[2 * slot])
                message.vector_count = 2
                vectors[2 * slot].base = keys_at + KEY_STARTS[slot]
                if headers_of is self._incoming:
                    vectors[2 * slot].length = KEY_SLOT
                    vectors[2 * slot + 1].base = more_at + LONGEST * slot
                    vectors[2 * slot + 1].length = LONGEST - KEY_SLOT
                else:
                    vectors[2 * slot].length = 2
                if self._wildcard:
                    message.control = control_at + slot * CONTROL_SIZE
                    incoming = headers_of is self._incoming
                    message.control_length = CONTROL_SIZE if incoming else _CONTROL_LENGTH[self._family]

    def receive(self) -> tuple[bytes, ...]:
        """Take what has arrived, without waiting: of each packet what follows its id, as a key of one length."""
        if self._wildcard:
            self._incoming[:] = self._template  # the kernel wrote into it how long control messages were
        self._keys[:] = ZEROS
        count = _recvmmsg(self._descriptor, self._incoming_at, SLOTS, socket.MSG_DONTWAIT, None)
        if count <= 0:
            return ()
        self.sizes = self._received[:count]
        keys: tuple[bytes, ...] = READERS[count].unpack_from(self._keys)
        return keys

    def packet(self, slot: int) -> bytes:
        """A packet of the batch. One that is LONGEST octets long may have been longer."""
        size = self._received[slot]
        start = KEY_STARTS[slot]
        if size <= KEY_SLOT:
            return self._keys[start : start + size]
        more = LONGEST * slot
        return self._keys[start : start + KEY_SLOT] + self._more[more : more + size - KEY_SLOT]

    def sender(self, slot: int) -> bytes:
        """The address that a packet came from: 4 or 16 octets."""
        at = slot * NAME_SIZE
        return self._names[at + 4 : at + 8] if self._family == socket.AF_INET else self._names[at + 8 : at + 24]

    def marks(self, count: int) -> bytes:
        """An octet of each sender's address: the last of IPv4's, the eighth of IPv6's."""
        return self._marks[:count].tobytes()

    def origin(self, slot: int) -> Origin:
        """The same with all that a reply needs."""
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

    def reply(self, replies: memoryview[int]) -> None:
        """What each packet is answered with, as words of REPLY; those that stand in no blank place are not copied."""
        count = len(self.sizes)
        self._bases[:count] = replies[0::4]
        self.lengths[:count] = replies[1::4]

    def make(self, slot: int) -> None:
        """Send what stands in the packet's place of `made`, however long it is, and not what `reply` said."""
        self._bases[slot] = self._blank_bases[slot]

    def send(self) -> int:
        """Send each packet's reply back to where it came from, from the address asked; how many could not be sent."""
        at, count = self._outgoing_at, len(self.sizes)
        if self._wildcard:  # by which interface the reply leaves is for routing to say, not for where the query came in
            self._interfaces[:count] = self._no_interfaces[:count]
        if 0 in self.lengths[:count].tolist():
            at, count = self._sparse_at, self._close_gaps(count)
        failed = sent = 0
        patient = True
        while sent < count:
            done = _sendmmsg(self._descriptor, at + sent * STRIDE, count - sent, socket.MSG_DONTWAIT)
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

    def _close_gaps(self, count: int) -> int:
        outgoing = self._outgoing
        slots = [slot for slot, length in enumerate(self.lengths[:count]) if length]
        self._sparse[: len(slots) * STRIDE] = b"".join(
            [outgoing[slot * STRIDE : (slot + 1) * STRIDE] for slot in slots]
        )
        return len(slots)


def address_of(memory: bytearray | mmap.mmap) -> int:
    """Where memory that never moves stands."""
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def address_of_bytes(octets: bytes) -> int:
    """Where the octets of an object stand, for as long as it is held."""
    address = ctypes.cast(ctypes.c_char_p(octets), ctypes.c_void_p).value
    assert address is not None  # noqa: S101 - only of None, which it is not
    return address


def _wait_for_room(descriptor: int) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    poll.poll(PATIENCE)
