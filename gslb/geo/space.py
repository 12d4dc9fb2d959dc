"""The two address spaces: how long an address is, how it is cut before a client is placed, how numbers stand for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Space:
    """Addresses have `width` bits; the upper `cap` place an ECS client; ranges are numbers of the upper `unit` bits."""

    width: int
    cap: int
    unit: int
    typecode: str  # of an array of such numbers

    @property
    def shift(self) -> int:
        """How far an address is shifted right to be a number."""
        return self.width - self.unit

    @property
    def block(self) -> int:
        """How many numbers a prefix of `cap` bits holds."""
        return 1 << self.unit - self.cap

    def mask(self, address: int, bits: int) -> int:
        """The address with all but its upper `bits` zero."""
        return address >> self.width - bits << self.width - bits


V4 = Space(width=32, cap=24, unit=32, typecode="I")
V6 = Space(width=128, cap=56, unit=64, typecode="Q")
