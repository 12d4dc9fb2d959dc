"""Messages on a stream: two octets of length, then the message, again and again, in whatever pieces they come.

RFC 1035, section 4.2.2; RFC 7766, section 8.
"""

from __future__ import annotations

HEADER = 12  # octets; a shorter message cannot be answered, so the stream is not DNS
LONGEST = 65_535


class Garbage(Exception):  # noqa: N818 - it says what came
    """The stream is no sequence of DNS messages of an allowed length."""


class Framing:
    """Octets in, whole messages out."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._buffer = bytearray()

    def feed(self, octets: bytes) -> None:
        self._buffer += octets

    def next(self) -> bytes | None:
        """The next whole message, None while it has not all come. Raises Garbage once a length is out of bounds."""
        if len(self._buffer) < 2:
            return None
        length = self._buffer[0] << 8 | self._buffer[1]
        if not HEADER <= length <= self._longest:
            raise Garbage(f"a message of {length} octets")
        if len(self._buffer) < 2 + length:
            return None
        message = bytes(self._buffer[2 : 2 + length])
        del self._buffer[: 2 + length]
        return message


def frame(message: bytes) -> bytes:
    """The message with its length before it. Raises OverflowError for more than 65,535 octets."""
    return len(message).to_bytes(2) + message
