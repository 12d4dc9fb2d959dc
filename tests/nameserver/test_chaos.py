"""Class CH: what is told, and what is hidden."""

import dns.name
import pytest
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from gslb.model import Node
from gslb.nameserver.chaos import chaos
from gslb.nameserver.query import CLASS_CH, Question


def ask(name, node, rdtype=RdataType.TXT):
    return chaos(Question(dns.name.from_text(name), rdtype, CLASS_CH, b""), node)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("version.bind", b"gslb 1"),
        ("VERSION.server", b"gslb 1"),
        ("id.server", b"ns1.fra"),
        ("hostname.bind", b"ns1.fra"),
    ],
)
def test_what_is_configured_is_told(name, text):
    body = ask(name, Node(version="gslb 1", identity="ns1.fra"))

    assert body.answers == 1
    assert body.wire == b"\xc0\x0c\0\x10\0\3\0\0\0\0" + (len(text) + 1).to_bytes(2, "big") + bytes([len(text)]) + text


@pytest.mark.parametrize("name", ["version.bind", "id.server", "other.bind"])
def test_what_is_hidden_or_unknown_is_refused(name):
    assert ask(name, Node()).flags == Rcode.REFUSED


def test_another_type_of_a_known_name_is_empty():
    body = ask("id.server", Node(identity="x"), RdataType.A)

    assert (body.answers, body.flags & 15) == (0, Rcode.NOERROR)
