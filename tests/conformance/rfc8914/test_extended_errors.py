"""RFC 8914: an extended error says why a query was refused."""

from kit.answers import EDE, ask, ecs, opt, options, serving

ZONE = serving("@ NS ns1", "ns1 A 192.0.2.53")


def test_a_name_outside_our_zones_is_refused_as_not_authoritative():
    """Section 4.21: info code 20."""
    reply = ask(ZONE, "www.example.net", edns=opt())

    assert (reply.header.rcode, options(reply)) == (5, {EDE: b"\0\x14"})


def test_it_stands_beside_other_options():
    """Section 2: one option among others."""
    assert set(options(ask(ZONE, "www.example.net", edns=opt(ecs("192.0.2.0/24"))))) == {8, EDE}


def test_who_does_not_speak_edns_is_told_by_the_code_alone():
    """Section 2: it lives in OPT, which is never sent unasked."""
    reply = ask(ZONE, "www.example.net")

    assert (reply.header.rcode, options(reply)) == (5, None)


def test_answers_of_ours_carry_none():
    """Section 2: it says why something went wrong; NXDOMAIN is no error of ours."""
    assert options(ask(ZONE, "ns1.example.com", edns=opt())) == {}
    assert options(ask(ZONE, "missing.example.com", edns=opt())) == {}
