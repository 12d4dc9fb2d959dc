"""DNS words: names, record types and rdata in text, checked with dnspython, kept as text."""

from __future__ import annotations

from ipaddress import ip_address

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from gslb.config.scalars import Wrong
from gslb.model import did_you_mean

_NOT_STEERED = frozenset(
    {"SOA", "NS", "DNAME", "DS", "DNSKEY", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "CDS", "CDNSKEY"}
)
_OFTEN = ("TXT", "MX", "SRV", "HTTPS", "SVCB", "CAA", "NAPTR", "TLSA", "PTR", "URI", "SSHFP", "LOC")
_HOST_AT = {"SRV": 3, "MX": 1, "SVCB": 1, "HTTPS": 1}  # which word of an rdata is a host that can be probed


def absolute_name(text: str, origin: str = ".") -> str:
    """A name as text, absolute, lower case, with its final dot; `@` is the origin."""
    try:
        name = dns.name.from_text(text, dns.name.from_text(origin))
    except (dns.exception.DNSException, UnicodeError) as error:
        raise Wrong(f"{text} is no name: {_reason(error)}") from None
    return name.canonicalize().to_text()


def steerable_type(text: str) -> str:
    """A record type that a policy may choose the records of."""
    try:
        type_ = dns.rdatatype.from_text(text)
    except (dns.exception.DNSException, ValueError):
        hint = did_you_mean(text.upper(), _OFTEN)
        raise Wrong(f"{text} is no record type", hint or f"write one of {', '.join(_OFTEN)}") from None
    if dns.rdatatype.is_metatype(type_) or type_.name in _NOT_STEERED:
        raise Wrong(f"{type_.name} records are not steered", "write them in the zone")
    return type_.name


def any_type(text: str) -> str:
    """A record type that can be asked for."""
    try:
        type_ = dns.rdatatype.from_text(text)
    except (dns.exception.DNSException, ValueError):
        often = ("A", "AAAA", "SOA", "NS", *_OFTEN)
        raise Wrong(
            f"{text} is no record type", did_you_mean(text, often) or f"write one of {', '.join(often)}"
        ) from None
    if dns.rdatatype.is_metatype(type_):
        raise Wrong(f"{type_.name} cannot be asked of an endpoint", "write A, AAAA, SOA …")
    return type_.name


def rdata(text: str, type_: str) -> str:
    """The rdata of a type as master-file text (RFC 1035, section 5.1); names in it may be relative to the zone."""
    try:
        dns.rdata.from_text(dns.rdataclass.IN, type_, text, origin=dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError) as error:
        raise Wrong(f"{text} is no {type_} rdata: {_reason(error)}") from None
    return str(text)


def address_type(text: str) -> str | None:
    """A or AAAA for the text of an address, None for other text."""
    try:
        return "A" if ip_address(text).version == 4 else "AAAA"
    except ValueError:
        return None


def host_in(text: str, type_: str) -> str | None:
    """The host that an rdata names, as written; None where it names none."""
    place = _HOST_AT.get(type_)
    host = text.split()[place] if place is not None else "."
    return None if host == "." else host


def _reason(error: Exception) -> str:
    return str(error).removesuffix(".").lower() or type(error).__name__
