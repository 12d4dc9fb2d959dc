"""RFC 9471: a referral carries all the glue it needs, or says that it does not."""

from dnslib import DNSRecord

from kit.answers import ask, data, lines, opt, packet, reply, serving

ZONE = serving(
    "@ NS ns1",
    "ns1 A 192.0.2.53",
    "small NS ns.small",
    "small NS ns1",
    "small NS ns.example.net.",
    "ns.small A 192.0.2.1",
    "ns.small AAAA 2001:db8::1",
    *(f"wide NS ns{number}.wide" for number in range(10)),
    *(f"ns{number}.wide A 192.0.2.{number}" for number in range(10)),
    *(f"ns{number}.wide AAAA 2001:db8::{number}" for number in range(10)),
    "bare NS ns.example.net.",
    *(f"crowd NS ns{number:02}.{'x' * 40}.example.net." for number in range(40)),
)


def test_glue_for_servers_below_the_cut_and_beside_it_comes_along():
    """Sections 2.1 and 2.2: in-domain glue first, then that of siblings; for other servers there is none."""
    assert data(ask(ZONE, "www.small.example.com").ar) == ["192.0.2.1", "2001:db8::1", "192.0.2.53"]


def test_glue_that_does_not_fit_sets_tc():
    """Section 3.1: all in-domain glue, or TC; the NS records stay."""
    for name in ("wide.example.com", "www.wide.example.com"):
        said = reply(ZONE, packet(name))
        record = DNSRecord.parse(said)

        assert len(said) <= 512
        assert (record.header.tc, len(record.auth)) == (1, 10)


def test_the_same_referral_is_whole_where_there_is_room():
    """Section 3.1: over a larger payload or TCP."""
    for record in (ask(ZONE, "www.wide.example.com", edns=opt()), ask(ZONE, "www.wide.example.com", tcp=True)):
        assert (record.header.tc, len(lines(record.ar))) == (0, 20)


def test_a_large_referral_is_compressed_to_fit():
    """RFC 1035, section 4.1.4: thirteen servers with both families, as a root zone has them, go into 1232 octets."""
    names = [f"{letter}.servers.zone" for letter in "abcdefghijklm"]
    zone = serving(
        "@ NS ns1",
        "ns1 A 192.0.2.53",
        *(f"zone NS {name}" for name in names),
        *(f"{name} A 192.0.2.1" for name in names),
        *(f"{name} AAAA 2001:db8::1" for name in names),
    )
    for name in ("zone.example.com", "a.b.c.d.e.f.zone.example.com"):
        record = ask(zone, name, edns=opt())
        assert (record.header.tc, len(record.auth), len(lines(record.ar))) == (0, 13, 26)


def test_a_referral_without_glue_is_whole_without_it():
    """Section 3.1 asks for glue where there is some."""
    record = ask(ZONE, "www.bare.example.com")

    assert (record.header.tc, len(record.auth), record.ar) == (0, 1, [])


def test_ns_records_that_do_not_fit_set_tc():
    """RFC 2181, section 9: a required section that is not whole."""
    said = reply(ZONE, packet("www.crowd.example.com"))

    assert len(said) <= 512
    assert DNSRecord.parse(said).header.tc == 1


def test_additional_data_that_is_no_glue_is_left_out_silently():
    """RFC 2181, section 9: TC is not set for what was only a courtesy."""
    zone = serving(
        "@ NS ns1",
        "ns1 A 192.0.2.53",
        *(f"m MX {number} host{number}" for number in range(12)),
        *(f"host{number} A 192.0.2.{number}" for number in range(12)),
        *(f"host{number} AAAA 2001:db8::{number}" for number in range(12)),
    )
    record = ask(zone, "m.example.com", "MX")

    assert (record.header.tc, len(record.rr), record.ar) == (0, 12, [])
