"""A question comes to the steered name that answers it, whatever leads there."""

import dns.name
import pytest
from dns.rdatatype import RdataType

from gslb.nameserver import destination
from kit.worlds import large


@pytest.mark.parametrize(
    ("name", "rdtype", "found"),
    [
        ("www.example.com.", "A", "www.example.com."),
        ("_sip._tcp.example.com.", "SRV", "_sip._tcp.example.com."),
        ("www.example.com.", "HTTPS", None),
        ("red.shop.example.com.", "AAAA", "*.shop.example.com."),
        ("alias.example.com.", "A", "www.example.com."),
        ("any.wildalias.example.com.", "A", "www.example.com."),
        ("alias.example.com.", "CNAME", None),
        ("static.example.com.", "A", None),
        ("nothing.example.com.", "A", None),
        ("far.example.com.", "A", None),
        ("www.example.org.", "A", None),
    ],
)
def test_questions_come_to_steered_names(name, rdtype, found):
    steered = destination(dns.name.from_text(name), RdataType.from_text(rdtype), large())

    assert (steered.name if steered else None) == found
