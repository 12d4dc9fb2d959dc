"""What rdata points at."""

import dns.rdata
import pytest
from dns.rdataclass import IN
from dns.rdatatype import RdataType

from gslb.zone import RRset
from gslb.zone.targets import host, names_for_additional, service_targets
from kit.zonetext import name


def rrset(kind: str, *texts: str) -> RRset:
    rdtype = RdataType[kind]
    return RRset(name("own."), rdtype, 60, tuple(dns.rdata.from_text(IN, rdtype, text) for text in texts))


@pytest.mark.parametrize(
    ("made", "names"),
    [
        (rrset("NS", "a.", "b."), ["a.", "b."]),
        (rrset("MX", "10 a."), ["a."]),
        (rrset("MX", "0 ."), []),
        (rrset("SRV", "1 2 3 a.", "1 2 3 ."), ["a."]),
        (rrset("AFSDB", "1 a."), ["a."]),
        (rrset("RT", "1 a."), ["a."]),
        (rrset("KX", "1 a."), ["a."]),
        (rrset("NAPTR", '1 1 "a" "x" "" a.'), ["a."]),
        (rrset("NAPTR", '1 1 "u" "x" "!x!y!" .'), []),
        (rrset("HTTPS", "1 ."), ["own."]),
        (rrset("SVCB", "1 a.", "0 b.", "2 own."), ["a.", "b.", "own."]),
        (rrset("SVCB", "0 ."), []),
        (rrset("CNAME", "a."), []),
        (rrset("PTR", "a."), []),
        (rrset("A", "1.1.1.1"), []),
        (rrset("TXT", "a."), []),
    ],
)
def test_a_reader_asks_next_for_the_hosts_named(made, names):
    assert [str(found) for found in names_for_additional(made)] == names


@pytest.mark.parametrize(
    ("made", "names"),
    [
        (rrset("HTTPS", "0 a."), ["a."]),
        (rrset("SVCB", "1 a.", "2 ."), ["a."]),
        (rrset("HTTPS", "1 OWN."), []),
        (rrset("MX", "1 a."), []),
    ],
)
def test_services_lead_on_to_services(made, names):
    assert [str(found) for found in service_targets(made)] == names


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("NS", "t."),
        ("CNAME", "t."),
        ("PTR", "t."),
        ("DNAME", "t."),
        ("MX", "1 t."),
        ("SRV", "1 1 1 t."),
        ("SVCB", "1 t."),
    ],
)
def test_host_is_the_name_pointed_at(kind, text):
    assert str(host(rrset(kind, text)[0])) == "t."


def test_rdata_without_a_host_has_none():
    with pytest.raises(KeyError):
        host(rrset("A", "1.1.1.1")[0])
