"""Plain lines read by regular expressions: the same zone, the same faults and the same warnings as line by line."""

import dns.name
from dns.rdatatype import RdataType
from hypothesis import given

from kit.plainlines import HEADS, LARGE, LINES, NEVER, STEERED, outcome

TYPES = [RdataType.A, RdataType.AAAA, RdataType.TXT, RdataType.NS, RdataType.CNAME, RdataType.MX, RdataType.ANY]


@given(LINES, HEADS, STEERED)
def test_plain_lines_mean_the_same_read_by_runs_as_one_by_one(lines, head, steered):
    text = head + "\n".join(lines)
    (plain, faults), (slow, expected) = (outcome(text, steered, large) for large in (LARGE, NEVER))

    assert faults == expected
    if plain is None or slow is None:
        return
    assert plain.warnings == slow.warnings
    assert [name.to_text().lower() for name in plain.nodes] == [name.to_text().lower() for name in slow.nodes]
    assert len(plain.nodes) == len(slow.nodes)
    assert all(node.same(slow.nodes[name]) and node.name == name for name, node in plain.nodes.items())
    assert all(node.same(slow.below_cuts[name]) for name, node in plain.below_cuts.items())
    for name in [*slow.nodes, *slow.below_cuts]:
        below = [dns.name.Name((label, *name.labels)) for label in (b"n", b"*") if len(name.to_wire()) < 254]
        for asked in (name, *below):
            for rdtype in TYPES:
                assert told(plain.lookup(asked, rdtype)) == told(slow.lookup(asked, rdtype))


def told(result):
    """A result as text: the order of records counts, the case of the names of empty non-terminals does not."""
    return repr(result).lower()
