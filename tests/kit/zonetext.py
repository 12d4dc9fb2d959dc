"""Zones from a few lines of text, for tests."""

from collections.abc import Mapping

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from gslb.model import Fault, Faults, ZoneSource
from gslb.zone import Zone, load

HEAD = "$TTL 3600\n@ SOA ns hostmaster 7 2h 15m 2w 300\n@ NS ns\nns A 192.0.2.53\n"


def name(text: str) -> Name:
    """A domain name; a relative one stands under the root."""
    return dns.name.from_text(text)


def zone(
    text: str,
    apex: str = "example.",
    steered: Mapping[str, set[RdataType]] | None = None,
    files: Mapping[str, str] | None = None,
) -> Zone:
    """The zone that a master file of exactly this text makes, called "zone" in marks; it may include `files`."""
    texts = {"zone": text, **(files or {})}

    def read(path: str) -> str:
        try:
            return texts[path]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", path) from None

    types = {dns.name.from_text(owner, name(apex)): frozenset(kinds) for owner, kinds in (steered or {}).items()}
    return load(ZoneSource(apex, file="zone"), read, types)


def faults(text: str, **options: object) -> tuple[Fault, ...]:
    """What `zone` refuses the text for; () if it does not."""
    try:
        zone(text, **options)  # type: ignore[arg-type]
    except Faults as found:
        return found.faults
    return ()
