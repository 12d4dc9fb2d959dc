"""Who is told when something happens that a person should know of, and of what."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from gslb.model.mark import Mark
from gslb.model.nouns import Secret


class Occasion(Enum):
    """What a notification is about."""

    FAILOVER = "failover"  # endpoints went down, and names moved
    ALL_DOWN = "all_down"  # names are answered by a last resort, or not at all
    LATCHED = "latched"  # a failover stays on a worse rung
    VANTAGE_SILENT = "vantage_silent"  # a vantage is not heard, or its word does not count
    OVERRIDE_EXPIRING = "override_expiring"  # an operator's word will soon end


@dataclass(frozen=True, slots=True)
class Recipient:
    """A webhook, whose URL is written (`url`) or kept as a secret, or a program with its words; told on `occasions`."""

    name: str  # as an operator knows it: never a URL that is a secret
    occasions: tuple[Occasion, ...] = tuple(Occasion)
    url: str = ""
    secret: Secret | None = None
    command: tuple[str, ...] = ()
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Notify:
    """Everybody who is told."""

    recipients: tuple[Recipient, ...] = ()
