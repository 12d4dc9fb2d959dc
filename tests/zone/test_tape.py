"""Words to rdata, with dnspython as the authority, and faults at the word that is wrong."""

import dns.rdata
import pytest
from dns.rdataclass import IN
from dns.rdatatype import RdataType

from gslb.model import Faults
from gslb.zone.lexer import Entry, Place, entries
from gslb.zone.tape import read_rdata, read_type
from kit.zonetext import name

EVERY_TYPE = [
    "A 192.0.2.1",
    "A \\# 4 0A000001",
    "AAAA 2001:DB8::1",
    "AAAA 2001:db8::192.0.2.1",
    "NS Ns1",
    "NS ns1.Example.NET.",
    "CNAME @",
    "DNAME .",
    "PTR a\\.b.c",
    "MX 10 mail",
    "SRV 0 5 443 .",
    "SOA ns Host\\.Master 2024010101 1h 15m 1w 300",
    'TXT "a b" c "" "\\"x\\\\"',
    'TXT "\\000\\255 é"',
    "SPF v=spf1",
    'HINFO "PC 1" Linux',
    "RP box txt",
    "AFSDB 1 afs",
    "RT 10 via",
    "KX 1 kx",
    "X25 311061700956",
    'ISDN "150862028003217" "004"',
    "NSAP 0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00",
    "PX 10 map a.b",
    "GPOS -32.6882 116.8652 10.0",
    "LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m",
    'NAPTR 100 50 "s" "http+I2L+I2C+I2R" "" _http._tcp',
    'NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:x@y.z!" .',
    "CERT PKIX 12345 RSASHA256 AQIDBA==",
    "APL 1:192.168.32.0/21 !1:192.168.38.0/28",
    "DS 60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118",
    "CDS 0 0 0 00",
    "DNSKEY 256 3 8 AwEAAcNEU67LJI5GEgF9",
    "CDNSKEY 0 3 0 AA==",
    "SSHFP 2 1 123456789abcdef67890123456789abcdef67890",
    "IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtu",
    "RRSIG A 5 3 86400 20030322173103 20030220173103 2642 @ oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip",
    "NSEC host ( A MX RRSIG NSEC TYPE1234 )",
    "NSEC3PARAM 1 0 12 aabbccdd",
    "TLSA 3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971",
    "SMIMEA 3 0 0 00",
    "HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p rvs",
    'OPENPGPKEY "mQENBFit"'.replace('"', ""),
    "CSYNC 66 3 A NS AAAA",
    "ZONEMD 2018031500 1 1 " + 96 * "0",
    "SVCB 1 Svc alpn=h2,h3 port=8443",
    'SVCB 16 foo ( mandatory=alpn alpn="h2,h3-19" ipv4hint=192.0.2.1 )',
    'HTTPS 1 . alpn="h2" ipv6hint="2001:db8::1" no-default-alpn',
    "HTTPS 0 pool",
    "EUI48 00-00-5e-00-53-2a",
    "EUI64 00-00-5e-ef-10-00-00-2a",
    "NID 10 0014:4fff:ff20:ee64",
    "L32 10 10.1.2.0",
    "L64 10 2001:0DB8:1140:1000",
    "LP 10 l64",
    "URI 10 1 ftp://ftp1.example.com/public".replace(
        "ftp://ftp1.example.com/public", '"ftp://ftp1.example.com/public"'
    ),
    'CAA 0 issue "ca.example.net; account=230123"',
    "AVC app-name",
    "DLV 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
    'WALLET "BTC" "x"',
    'RESINFO qnamemin exterr=15-17 "infourl=https://x"',
    "AMTRELAY 10 0 1 203.0.113.15",
    "TYPE731 \\# 6 abcd ( ef 01 23 45 )",
    "TYPE62347 \\# 0",
    "TYPE1 \\# 4 0a000002",
    "TYPE1 10.0.0.2",
]


@pytest.mark.parametrize("text", EVERY_TYPE)
def test_every_type_means_what_dnspython_says(text):
    kind, data = text.split(" ", 1)
    origin = name("example.com.")
    (entry,) = entries(text, Place("zone"))
    assert isinstance(entry, Entry)

    rdtype = read_type(entry.words[0], Place("zone"))
    rdata = read_rdata(entry.words[0], entry.words[1:], rdtype, origin, Place("zone"))

    expected = dns.rdata.from_text(IN, kind, data, origin, relativize=False)
    assert rdata == expected
    assert rdata.to_text() == expected.to_text()
    assert rdata.to_wire() == expected.to_wire()


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("A 192.0.2.300", "zone:1:3", "'192.0.2.300' is wrong in the data of A", "192.0.2.1"),
        ("A", "zone:1:1", "the data of A ends too early", "one IPv4 address"),
        ("A 192.0.2.1 x", "zone:1:13", "'x' is one too many for A", ""),
        ("MX 10", "zone:1:4", "the data of MX ends too early", "10 mail.example.com."),
        ("MX mail 10", "zone:1:4", "'mail' is wrong", "preference and host"),
        ("MX 70000 mail", "zone:1:4", "70000 is not", ""),
        ("MX 10 a..b", "zone:1:7", "empty", ""),
        ('NS "ns1"', "zone:1:4", "'ns1' is wrong", ""),
        (f"TXT {'x' * 256}", "zone:1:5", "wrong in the data of TXT", "255 octets"),
        ("SRV 1 2 3", "zone:1:9", "ends too early", "priority, weight, port, host"),
        ("HTTPS 1 . alpn", "zone:1:11", "'alpn' is wrong", ""),
        ("TYPE731 \\# 2 ab", "zone:1:14", "wrong length", ""),
        ("TYPE731 ab", "zone:1:9", "generic rdata", ""),
        ("DS 1 8 2 zz", "zone:1:10", "'zz' is wrong", "digest in hex"),
    ],
)
def test_a_fault_points_at_the_word_that_is_wrong(text, place, message, hint):
    (entry,) = entries(text, Place("zone"))
    assert isinstance(entry, Entry)
    rdtype = read_type(entry.words[0], Place("zone"))

    with pytest.raises(Faults) as caught:
        read_rdata(entry.words[0], entry.words[1:], rdtype, name("example."), Place("zone"))

    (fault,) = caught.value.faults
    assert (str(fault.mark), message in fault.message, hint in fault.hint) == (place, True, True), str(fault)


@pytest.mark.parametrize(
    ("text", "rdtype"),
    [("a", RdataType.A), ("Aaaa", RdataType.AAAA), ("TYPE731", 731), ("type28", RdataType.AAAA), ("NSAP-PTR", 23)],
)
def test_a_type_is_a_name_or_a_number(text, rdtype):
    (entry,) = entries(text, Place("zone"))
    assert isinstance(entry, Entry)

    assert read_type(entry.words[0], Place("zone")) == rdtype


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("CNAM", "no record type", "did you mean CNAME?"),
        ("TYPE70000", "no record type", ""),
        ("TYPE", "no record type", ""),
        ("192.0.2.1", "no record type", "write A 192.0.2.1"),
        ("2001:db8::1", "no record type", "write AAAA 2001:db8::1"),
        ("@@@@", "no record type", "owner, TTL, type, data"),
        ("ANY", "never kept in a zone", ""),
        ("OPT", "never kept in a zone", ""),
        ("AXFR", "never kept in a zone", ""),
        ("TYPE0", "never kept in a zone", ""),
        ("TSIG", "never kept in a zone", ""),
        ('"A"', "a record type stands here", ""),
    ],
)
def test_what_is_no_type_of_data_is_refused(text, message, hint):
    (entry,) = entries(text, Place("zone"))
    assert isinstance(entry, Entry)

    with pytest.raises(Faults) as caught:
        read_type(entry.words[0], Place("zone"))

    (fault,) = caught.value.faults
    assert (str(fault.mark), message in fault.message, hint in fault.hint) == ("zone:1:1", True, True), str(fault)
