"""What an engine reads of a query: the labels of its name, and the options of its OPT record.

header 12 | name, type, class | OPT: 0, 41, payload, rcode, version, flags, length | client subnet, options we ignore
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from struct import Struct

LONGEST_NAME = 255
LONGEST_LABEL = 63
OPTION_NSID, OPTION_ECS, OPTION_KEEPALIVE = 3, 8, 11
OPT_SIZE = 11
SMALLEST, LARGEST = 512, 1232  # octets of a reply over UDP: without EDNS, and at most (DNS flag day 2020)
LARGEST_STREAMED = 65_535  # over TCP
OPT_HEAD = b"\0\0\x29\x04\xd0\0\0"  # root, type 41, our payload, no extended rcode, version 0
OPT_PLAIN = OPT_HEAD + b"\0\0\0\0"
OPT_DO = OPT_HEAD + b"\x80\0\0\0"
_OPT = Struct(">BHHBBHH")
_TWO = Struct(">HH")
_SUBNET = Struct(">HHHBB")
CAPS = {4: 24, 6: 56}  # the longest prefix that is told apart, by family
WIDTHS = {4: 32, 6: 128}


class NoAnswer(Enum):
    """What becomes of a packet that gets no answer here."""

    DROP = "drop"  # silence
    FORWARD = "forward"  # the responder knows


class Subnet:
    """EDNS Client Subnet (RFC 7871, section 6), and its address cut to /24 or /56.

    `head` is the option's code, length, family and source as they came, `address` its octets. `family` is 4 or 6,
    `number` the cut address, of which `bits` bits are meant (0: the client asked not to be located).
    """

    __slots__ = ("address", "bits", "family", "head", "number")

    def __init__(self, head: bytes, family: int, source: int, address: bytes) -> None:
        self.head = head
        self.address = address
        self.family = family
        self.bits = min(source, CAPS[family])
        self.number = cut(address, family, self.bits)


def cut(address: bytes, family: int, bits: int) -> int:
    """The leading octets of an address as a number of full width, with only `bits` bits left."""
    width = WIDTHS[family]
    shift = width - bits
    return int.from_bytes(address, "big") << width - 8 * len(address) >> shift << shift


def label_starts(packet: bytes) -> list[int] | None:
    """Where each label of the question's name starts, counted from the name's own start, the root's last.

    None when there is no plain name: cut off, longer than 255 octets, or with anything but labels of up to 63 octets.
    """
    at = 0
    starts = [0]
    octets = packet[12 : 12 + LONGEST_NAME]
    try:
        while length := octets[at]:
            if length > LONGEST_LABEL:
                return None
            at += length + 1
            starts.append(at)
    except IndexError:
        return None
    return starts


@lru_cache(maxsize=256)  # resolvers send few different ones
def read_opt(record: bytes) -> tuple[int, bytes, int] | None:
    """What the first eleven octets of an OPT record ask for (RFC 6891, section 6.1).

    The longest reply, our own OPT record without options, and how many octets of options follow; None when it is no OPT
    record of the root, cut off, or of another version.
    """
    if len(record) != OPT_SIZE:
        return None
    root, kind, payload, _, version, flags, length = _OPT.unpack(record)
    if root or kind != 41 or version:
        return None
    return min(max(payload, SMALLEST), LARGEST), OPT_DO if flags & 0x8000 else OPT_PLAIN, length


def read_options(packet: bytes, at: int, stream: bool = False) -> tuple[Subnet | None, bool] | None:
    """The client subnet among the options from `at` to the end, if there is one, and whether it is the only option.

    None when there is more to say: NSID, keepalive on a `stream`, a second subnet, anything cut off or against RFC
    7871, section 7.1.2.
    """
    subnet: Subnet | None = None
    count = 0
    end = len(packet)
    while at < end:
        if at + 4 > end:
            return None
        code, length = _TWO.unpack_from(packet, at)
        stop = at + 4 + length
        if stop > end or code == OPTION_NSID or (stream and code == OPTION_KEEPALIVE):
            return None
        if code == OPTION_ECS:
            if subnet is not None:
                return None
            subnet = read_subnet(packet, at, stop)
            if subnet is None:
                return None
        count += 1
        at = stop
    return subnet, count == (subnet is not None)


def read_subnet(packet: bytes, at: int, stop: int) -> Subnet | None:
    """The client subnet option that takes these octets; None when it is against RFC 7871, section 7.1.2.

    Family 0 is for "locate nobody", with source 0, and counts as IPv4.
    """
    if stop - at < 8:
        return None
    _, _, kind, source, scope = _SUBNET.unpack_from(packet, at)
    family = 6 if kind == 2 else 4
    address = packet[at + 8 : stop]
    if kind > 2 or scope or source > (WIDTHS[family] if kind else 0) or len(address) != (source + 7) // 8:
        return None
    if source % 8 and address[-1] & 0xFF >> source % 8:
        return None
    return Subnet(packet[at : at + 7], family, source, address)
