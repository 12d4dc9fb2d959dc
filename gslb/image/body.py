"""A body: everything of a reply between the question and the OPT record, ready as wire, for any client and any id.

Owner names in it are pointers to the question name (0xC00C) or spelled out. Other pointers stand only in a body whose
question name has one length (`name_length`), because their targets move with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag


class Trim(IntFlag):
    """What `execute` may do with a body that does not fit."""

    NONE = 0
    GLUE = 1  # additional data is glue the referral needs: if it does not fit, set TC (RFC 9471)


@dataclass(frozen=True, slots=True)
class Body:
    """`wire` holds `answers`, then `authorities`, then `additionals` records; `core` is its length without the last.

    `flags` are header bits of the second 16-bit word that the body decides: AA (0x0400) and the RCODE bits.
    `name_length`: the only question-name length (wire octets) it is right for, 0 for any. `ordinal`
    counts its answers: which leaf of the tree it names first (0 for static data).
    """

    wire: bytes
    flags: int
    answers: int = 0
    authorities: int = 0
    additionals: int = 0
    core: int = 0
    trim: Trim = Trim.NONE
    name_length: int = 0
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Scoping:
    """How the scope of an ECS reply follows from the query (RFC 7871, section 7.2.1).

    `by_class`: the widest prefix of one class, from the class map. `by_prefix`: the answer was hashed from the client's
    prefix, so the scope is the source prefix. Neither: /0, else at least /1. Both: the longer. Capped at /24 and /56.
    `locate_resolver`: the client is the sender; scope /0.
    """

    by_class: bool = False
    by_prefix: bool = False
    locate_resolver: bool = False
