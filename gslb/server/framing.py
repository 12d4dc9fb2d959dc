"""Messages on a stream: two octets of length, then the message, again and again, in whatever pieces they come.

RFC 1035, section 4.2.2; RFC 7766, section 8.
"""

from __future__ import annotations

HEADER = 12  # octets; a shorter message cannot be answered, so the stream is not DNS
LONGEST = 65_535


class Garbage(Exception):  # noqa: N818 - it says what came
    """The stream is no sequence of DNS messages of an allowed length."""


class Framing:
    """Octets in, whole messages out.

    `octets` is what came and was not taken yet, from the start of a message on; who takes messages leaves the rest.
    """

    __slots__ = ("_longest", "octets")

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self.octets = b""

    def feed(self, octets: bytes) -> None:
        self.octets = self.octets + octets if self.octets else octets

    def next(self) -> bytes | None:
        """The next whole message, None while it has not all come. Raises Garbage once a length is out of bounds."""
        octets = self.octets
        if len(octets) < 2:
            return None
        length = octets[0] << 8 | octets[1]
        if not HEADER <= length <= self._longest:
            raise Garbage(f"a message of {length} octets")
        if len(octets) < 2 + length:
            return None
        self.octets = octets[2 + length :]
        return octets[2 : 2 + length]


def frame(message: bytes) -> bytes:
    """The message with its length before it. Raises OverflowError for more than 65,535 octets."""
    return len(message).to_bytes(2) + message
