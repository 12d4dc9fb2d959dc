"""Results are values: matched by kind, compared by content."""

import pickle

import pytest

from gslb.zone import Alias, Delegation, Dname, Hit, NoData, NxDomain, Result, Steered
from kit.zonetext import HEAD, name, zone

ZONE = zone(
    HEAD + "c CNAME T.example.net.\n*.w A 192.0.2.1\nd DNAME e.example.net.\nsub NS ns.example.net.\n",
    steered={"s": {1}, "*.s2": {1}},
)


def kind(result: Result) -> str:
    match result:
        case Hit(name=owner, rrsets=(rrset,), wildcard=wildcard):
            return f"hit {owner} {rrset[0]} {wildcard}"
        case Steered(name=node, wildcard=wildcard):
            return f"steered {node} {wildcard}"
        case Alias(wildcard=None) as alias:
            return f"alias {alias.target}"
        case Dname(target=target):
            return f"dname {target}"
        case NoData():
            return "nodata"
        case NxDomain(encloser):
            return f"nxdomain {encloser}"
        case Delegation(ns=ns):
            return f"delegation {ns[0]}"
        case _:
            raise AssertionError(result)


@pytest.mark.parametrize(
    ("qname", "expected"),
    [
        ("x.W.example.", "hit x.W.example. 192.0.2.1 *.w.example."),
        ("s.example.", "steered s.example. None"),
        ("x.s2.example.", "steered *.s2.example. *.s2.example."),
        ("c.example.", "alias T.example.net."),
        ("x.d.example.", "dname x.e.example.net."),
        ("w.example.", "nodata"),
        ("x.ns.example.", "nxdomain ns.example."),
        ("x.sub.example.", "delegation ns.example.net."),
    ],
)
def test_every_kind_can_be_matched(qname, expected):
    found = ZONE.lookup(name(qname), 1)

    assert kind(found) == expected
    assert found == ZONE.lookup(name(qname), 1)
    assert pickle.loads(pickle.dumps(found)) == found
