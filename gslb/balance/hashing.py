"""Where a key or a name falls: the same number everywhere, for the same octets."""

from __future__ import annotations

from hashlib import blake2b


def place(octets: bytes, salt: bytes = b"") -> int:
    """A number of 64 bits."""
    return int.from_bytes(blake2b(octets, digest_size=8, salt=salt).digest(), "big")
