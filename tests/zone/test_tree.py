"""Look-ups, against the examples of the RFCs and against a naive reference written from their words."""

from __future__ import annotations

import pickle
from collections.abc import Iterable

import pytest
from dns.rdatatype import RdataType
from hypothesis import given
from hypothesis import strategies as st

from gslb.zone import Alias, Delegation, Dname, Hit, NoData, NxDomain, Result, Steered, Zone
from kit.zonetext import HEAD, name, zone

A, NS, CNAME, TXT, DNAME, DS = (RdataType[kind] for kind in ("A", "NS", "CNAME", "TXT", "DNAME", "DS"))


def told(found: Result) -> tuple[object, ...]:
    """A result in a few words."""
    match found:
        case Hit(owner, rrsets, wildcard):
            return ("hit", str(owner), *(rrset.rdtype.name for rrset in rrsets), *([str(wildcard)] if wildcard else []))
        case Steered(node, _, wildcard):
            return ("steered", str(node), *([str(wildcard)] if wildcard else []))
        case Alias(_, wildcard) as alias:
            return ("alias", str(alias.target), *([str(wildcard)] if wildcard else []))
        case Dname(rrset, target):
            return ("dname", str(rrset.name), target and str(target))
        case NoData(wildcard):
            return ("nodata", *([str(wildcard)] if wildcard else []))
        case NxDomain(encloser):
            return ("nxdomain", str(encloser))
        case Delegation(ns, glue, _):
            return ("referral", str(ns.name), *(str(rrset.name) for rrset in glue))


def ask(made: Zone, question: str) -> tuple[object, ...]:
    qname, qtype = question.split()
    return told(made.lookup(name(qname), RdataType[qtype]))


RFC_4592 = zone("""\
$ORIGIN example.
example.                 3600 IN  SOA   ns.example.com. hostmaster.example.com. 1 7200 900 1209600 300
example.                 3600     NS    ns.example.com.
example.                 3600     NS    ns.example.net.
*.example.               3600     TXT   "this is a wildcard"
*.example.               3600     MX    10 host1.example.
sub.*.example.           3600     TXT   "this is not a wildcard"
host1.example.           3600     A     192.0.2.1
_ssh._tcp.host1.example. 3600     SRV   0 0 22 host1.example.
_ssh._tcp.host2.example. 3600     SRV   0 0 22 host1.example.
subdel.example.          3600     NS    ns.example.com.
subdel.example.          3600     NS    ns.example.net.
""")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # section 2.2.1, "would be synthesized from one of the wildcards"
        ("host3.example. MX", ("hit", "host3.example.", "MX", "*.example.")),
        ("host3.example. A", ("nodata", "*.example.")),
        ("foo.bar.example. TXT", ("hit", "foo.bar.example.", "TXT", "*.example.")),
        # "would not be synthesized from any of the wildcards"
        ("host1.example. MX", ("nodata",)),
        ("sub.*.example. MX", ("nodata",)),
        ("_telnet._tcp.host1.example. SRV", ("nxdomain", "_tcp.host1.example.")),
        ("host.subdel.example. A", ("referral", "subdel.example.")),
        ("ghost.*.example. MX", ("nxdomain", "*.example.")),
        # section 3.3.2, the table of closest enclosers and sources of synthesis
        ("_dns._udp.host2.example. SRV", ("nxdomain", "host2.example.")),
        ("_telnet._tcp.host3.example. TXT", ("hit", "_telnet._tcp.host3.example.", "TXT", "*.example.")),
        ("_chat._udp.host3.example. SRV", ("nodata", "*.example.")),
        ("foobar.*.example. TXT", ("nxdomain", "*.example.")),
        # section 2.2.2 and 2.2.3: empty non-terminals exist
        ("_tcp.host1.example. TXT", ("nodata",)),
        ("host2.example. TXT", ("nodata",)),
        # the wildcard itself, asked for by its name
        ("*.example. TXT", ("hit", "*.example.", "TXT")),
        ("*.example. A", ("nodata",)),
        ("sub.*.example. TXT", ("hit", "sub.*.example.", "TXT")),
        ("*.*.example. TXT", ("nxdomain", "*.example.")),
        # the asterisk below a cut, and the cut itself
        ("*.subdel.example. TXT", ("referral", "subdel.example.")),
        ("subdel.example. MX", ("referral", "subdel.example.")),
        ("subdel.example. NS", ("referral", "subdel.example.")),
        ("subdel.example. DS", ("nodata",)),
        # RFC 4343
        ("HOST1.Example. A", ("hit", "HOST1.Example.", "A")),
        ("host3.EXAMPLE. TXT", ("hit", "host3.EXAMPLE.", "TXT", "*.example.")),
        ("example. NS", ("hit", "example.", "NS")),
        ("example. SOA", ("hit", "example.", "SOA")),
        ("example. MX", ("nodata",)),
        ("example. DS", ("nodata",)),
    ],
)
def test_the_example_zone_of_rfc_4592_answers_as_it_says(question, expected):
    assert ask(RFC_4592, question) == expected


WILD = zone(
    HEAD
    + """
*.alias    CNAME  target.example.net.
*.ent.x    TXT    "*.ent exists below x"
b.*.hollow TXT    "*.hollow is an empty non-terminal"
*.deep     TXT    upper
*.a.deep   TXT    lower
"""
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("any.alias.example. A", ("alias", "target.example.net.", "*.alias.example.")),
        ("any.alias.example. CNAME", ("hit", "any.alias.example.", "CNAME", "*.alias.example.")),
        ("alias.example. A", ("nodata",)),
        ("any.hollow.example. TXT", ("nodata", "*.hollow.example.")),
        ("b.any.hollow.example. TXT", ("nodata", "*.hollow.example.")),
        ("b.*.hollow.example. TXT", ("hit", "b.*.hollow.example.", "TXT")),
        ("b.deep.example. TXT", ("hit", "b.deep.example.", "TXT", "*.deep.example.")),
        ("b.a.deep.example. TXT", ("hit", "b.a.deep.example.", "TXT", "*.a.deep.example.")),
        ("a.deep.example. TXT", ("nodata",)),
        ("x.y.x.example. TXT", ("nxdomain", "x.example.")),
        ("nothing.example. TXT", ("nxdomain", "example.")),
    ],
)
def test_wildcards_stand_only_for_names_that_do_not_exist(question, expected):
    assert ask(WILD, question) == expected


@pytest.mark.parametrize(
    ("owner", "target", "qname", "expected"),
    [
        # RFC 6672, section 2.2, its table
        ("example.com.", "example.net.", "example.com.", ("nodata",)),
        ("example.com.", "example.net.", "a.example.com.", ("dname", "example.com.", "a.example.net.")),
        ("example.com.", "example.net.", "a.b.example.com.", ("dname", "example.com.", "a.b.example.net.")),
        ("b.example.com.", "example.net.", "ab.example.com.", ("nxdomain", "example.com.")),
        ("example.com.", "example.net.", "foo.example.com.", ("dname", "example.com.", "foo.example.net.")),
        ("x.example.com.", "example.net.", "a.x.example.com.", ("dname", "x.example.com.", "a.example.net.")),
        ("x.", ".", "shortloop.x.x.", ("dname", "x.", "shortloop.x.")),
        ("x.", ".", "shortloop.x.", ("dname", "x.", "shortloop.")),
        ("example.com.", "Example.Net.", "A.b.EXAMPLE.com.", ("dname", "example.com.", "A.b.Example.Net.")),
        ("*.example.com.", "example.net.", "a.b.example.com.", ("nodata", "*.example.com.")),
        ("*.example.com.", "example.net.", "a.*.example.com.", ("dname", "*.example.com.", "a.example.net.")),
    ],
)
def test_a_dname_rewrites_what_lies_below_it(owner, target, qname, expected):
    apex = "x." if owner == "x." else "example.com."
    made = zone(f"@ 60 SOA ns.net. h.net. 1 1 1 1 1\n@ 60 NS ns.net.\n{owner} 60 DNAME {target}\n", apex)

    assert ask(made, f"{qname} A") == expected
    assert ask(made, f"{owner} DNAME") == ("hit", owner, "DNAME")


def test_a_name_that_a_dname_makes_too_long_has_no_target():
    made = zone(HEAD + f"d DNAME {'.'.join(3 * ['x' * 60])}.\n")

    assert ask(made, f"{'y' * 50}.d.example. A") == ("dname", "d.example.", f"{'y' * 50}.{'.'.join(3 * ['x' * 60])}.")
    assert ask(made, f"{'y' * 60}.{'y' * 20}.d.example. A") == ("dname", "d.example.", None)


CUTS = zone(
    HEAD
    + """
sub      NS  ns.Sub
         NS  ns.other
         NS  NS
         NS  ns.example.net.
         DS  60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
sub      A   192.0.2.9
ns.sub   A   192.0.2.1
ns.sub   AAAA 2001:db8::1
other    NS  ns.other
ns.other A   192.0.2.2
self     NS  self
self     A   192.0.2.3
deep.sub NS  ns.deep.sub
ns.deep.sub A 192.0.2.4
"""
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "x.sub.example. A",
            ("referral", "sub.example.", "ns.sub.example.", "ns.sub.example.", "ns.other.example.", "ns.example."),
        ),
        ("self.example. A", ("referral", "self.example.", "self.example.")),
        (
            "ns.sub.example. A",
            ("referral", "sub.example.", *2 * ["ns.sub.example."], "ns.other.example.", "ns.example."),
        ),
        ("sub.example. DS", ("hit", "sub.example.", "DS")),
        ("other.example. DS", ("nodata",)),
        ("other.example. ANY", ("referral", "other.example.", "ns.other.example.")),
        ("x.other.example. DS", ("referral", "other.example.", "ns.other.example.")),
    ],
)
def test_a_referral_brings_the_addresses_it_has(question, expected):
    assert ask(CUTS, question) == expected


def test_a_cut_below_a_cut_belongs_to_the_upper_one():
    found = CUTS.lookup(name("x.deep.sub.example."), A)

    assert isinstance(found, Delegation)
    assert str(found.ns.name) == "sub.example."


def test_a_referral_tells_whether_the_child_is_signed():
    signed, plain = CUTS.lookup(name("sub.example."), A), CUTS.lookup(name("other.example."), A)

    assert isinstance(signed, Delegation)
    assert isinstance(plain, Delegation)
    assert signed.ds is not None
    assert signed.ds.rdtype == DS
    assert plain.ds is None


STEERED = zone(
    HEAD + "www TXT x\n*.w TXT x\nlate.w.ns TXT x\n",
    steered={"www": {A, RdataType.AAAA}, "*.w": {A}, "alias": {CNAME}, "a.b.c": {A}, "@": {A}},
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("www.example. A", ("steered", "www.example.")),
        ("WWW.example. AAAA", ("steered", "www.example.")),
        ("www.example. TXT", ("hit", "www.example.", "TXT")),
        ("www.example. MX", ("nodata",)),
        ("www.example. ANY", ("hit", "www.example.", "TXT")),
        ("x.y.w.example. A", ("steered", "*.w.example.", "*.w.example.")),
        ("x.w.example. TXT", ("hit", "x.w.example.", "TXT", "*.w.example.")),
        ("x.w.example. MX", ("nodata", "*.w.example.")),
        ("*.w.example. A", ("steered", "*.w.example.")),
        ("alias.example. A", ("steered", "alias.example.")),
        ("alias.example. CNAME", ("steered", "alias.example.")),
        ("alias.example. TXT", ("steered", "alias.example.")),
        ("alias.example. ANY", ("steered", "alias.example.")),
        ("b.c.example. A", ("nodata",)),
        ("x.www.example. A", ("nxdomain", "www.example.")),
        ("example. A", ("steered", "example.")),
        ("example. SOA", ("hit", "example.", "SOA")),
    ],
)
def test_a_steered_name_stands_in_the_tree_like_any_other(question, expected):
    assert ask(STEERED, question) == expected


def test_a_steered_result_tells_all_types_of_its_node():
    assert STEERED.lookup(name("www.example."), A) == Steered(name("www.example."), frozenset({A, RdataType.AAAA}))


def test_any_gets_one_rrset():
    """RFC 8482, section 4.1."""
    made = zone(HEAD + "a TXT x\na MX 1 b\na A 192.0.2.1\nc CNAME d.\n*.w MX 1 b\n*.w TXT x\n")

    assert ask(made, "a.example. ANY") == ("hit", "a.example.", "A")
    assert ask(made, "c.example. ANY") == ("hit", "c.example.", "CNAME")
    assert ask(made, "x.w.example. ANY") == ("hit", "x.w.example.", "MX", "*.w.example.")
    assert ask(made, "w.example. ANY") == ("nodata",)


def test_a_name_outside_the_zone_is_an_error():
    with pytest.raises(ValueError, match=r"www\.com\. is not in the zone example\."):
        CUTS.lookup(name("www.com."), A)


def test_nodes_are_every_name_that_exists_and_no_other():
    assert [*map(str, CUTS.nodes)] == [
        "example.",
        "ns.example.",
        "other.example.",
        "self.example.",
        "sub.example.",
    ]
    assert [*map(str, CUTS.below_cuts)] == [
        "ns.other.example.",
        "self.example.",
        "sub.example.",
        "deep.sub.example.",
        "ns.deep.sub.example.",
        "ns.sub.example.",
    ]
    assert [*map(str, STEERED.nodes)] == [
        "example.",
        "alias.example.",
        "c.example.",
        "b.c.example.",
        "a.b.c.example.",
        "ns.example.",
        "w.ns.example.",
        "late.w.ns.example.",
        "w.example.",
        "*.w.example.",
        "www.example.",
    ]
    assert len(CUTS.nodes) == 5
    assert name("SUB.example.") in CUTS.nodes
    assert name("nosuch.example.") not in CUTS.nodes
    assert CUTS.nodes[name("SUB.example.")].cut


def test_a_name_tells_what_a_table_of_answers_needs():
    made = zone(HEAD + "d DNAME x.\nw TXT x\n*.w TXT y\nsub NS ns.sub\n*.t TXT y\n", steered={"w": {A}})

    assert made.types(name("W.example.")) == (A, TXT)
    assert made.types(name("t.example.")) == made.types(name("nosuch.example.")) == ()
    assert made.has_dname(name("D.example."))
    assert not made.has_dname(name("w.example."))
    assert not made.has_dname(name("nosuch.example."))
    wildcard = made.wildcard(name("W.example."))
    assert wildcard is not None
    assert str(wildcard.name) == "*.w.example."
    assert made.wildcard(name("example.")) is None


@pytest.mark.parametrize(
    ("ttl", "minimum", "negative"), [(3600, 300, 300), (60, 300, 60), (300, 300, 300), (0, 300, 0)]
)
def test_negative_answers_hold_for_the_lesser_of_the_soas_ttl_and_minimum(ttl, minimum, negative):
    """RFC 2308, section 5."""
    made = zone(f"@ {ttl} SOA ns.net. h.net. 4294967295 1 1 1 {minimum}\n@ 60 NS ns.net.\n")

    assert made.negative_ttl == negative
    assert made.serial == 4294967295
    assert made.soa.rdtype == RdataType.SOA


def test_addresses_of_a_name_are_found_on_both_sides_of_a_cut():
    def found(text: str) -> list[str]:
        return [f"{rrset.name} {rrset[0]}" for rrset in CUTS.glue(name(text))]

    assert found("NS.example.") == ["ns.example. 192.0.2.53"]
    assert found("ns.sub.example.") == ["ns.sub.example. 192.0.2.1", "ns.sub.example. 2001:db8::1"]
    assert found("self.example.") == ["self.example. 192.0.2.3"]
    assert found("example.") == found("nosuch.example.") == found("www.com.") == found("no.sub.example.") == []


def test_addresses_may_come_from_a_wildcard():
    """As NSD and Knot have it: what a resolver would be told when it asks for the name server's address."""
    text = "*.w A 192.0.2.1\n*.w TXT x\nd DNAME x.\nsub NS Ns.w\nsub NS ns.d\nsub NS a.b.w\nb.w TXT x\n"
    below = "sub NS ns.sub\nsub NS ns.hides.sub\nsub NS ns.x.y.sub\n*.sub A 192.0.2.2\nhides.sub TXT x\na.y.sub TXT x\n"

    found = zone(HEAD + text + below).lookup(name("sub.example."), A)

    assert isinstance(found, Delegation)
    assert [rrset.to_text() for rrset in found.glue] == [
        "ns.sub.example. 3600 IN A 192.0.2.2\n",
        "Ns.w.example. 3600 IN A 192.0.2.1\n",
    ]


SERVICES = zone(
    HEAD
    + """
@     HTTPS 0 pool
pool  HTTPS 1 .    alpn=h2
      HTTPS 2 svc  alpn=h3
      A     192.0.2.1
svc   HTTPS 0 ring
      HTTPS 0 plain
      AAAA  2001:db8::2
ring  HTTPS 0 pool
      HTTPS 0 nosuch
      HTTPS 0 ns.sub
sub   NS    ns.sub
ns.sub HTTPS 1 .
ns.sub A    192.0.2.3
mail  MX    10 pool
      MX    20 Pool
      MX    30 mx.example.net.
      MX    40 svc
plain TXT   x
"""
)


@pytest.mark.parametrize(
    ("owner", "kind", "names", "records"),
    [
        (
            "example.",
            "HTTPS",
            ["pool.example.", "svc.example.", "ring.example.", "plain.example.", "nosuch.example.", "ns.sub.example."],
            ["pool HTTPS", "svc HTTPS", "ring HTTPS", "pool A", "svc AAAA", "ns.sub A"],
        ),
        (
            "ring.example.",
            "HTTPS",
            ["pool.example.", "nosuch.example.", "ns.sub.example.", "svc.example.", "ring.example.", "plain.example."],
            ["pool HTTPS", "svc HTTPS", "pool A", "ns.sub A", "svc AAAA"],
        ),
        (
            "mail.example.",
            "MX",
            ["Pool.example.", "mx.example.net.", "svc.example."],
            ["pool A", "svc AAAA"],
        ),
        ("plain.example.", "TXT", [], []),
    ],
)
def test_additional_data_follows_services_and_loops_end(owner, kind, names, records):
    """RFC 9460, section 4.1."""
    rrset = SERVICES.nodes[name(owner)].get(RdataType[kind])
    assert rrset is not None

    assert [*map(str, SERVICES.additional_names(rrset))] == names
    found = [f"{extra.name} {extra.rdtype.name}" for extra in SERVICES.additional(rrset)]
    assert found == [record.replace(" ", ".example. ") for record in records]


def test_a_zone_survives_pickling():
    again = pickle.loads(pickle.dumps(STEERED))

    assert [*again.nodes.items()] == [*STEERED.nodes.items()]
    assert ask(again, "x.y.w.example. A") == ("steered", "*.w.example.", "*.w.example.")
    assert again.soa == STEERED.soa


# The reference: RFC 1034, section 4.3.2, with RFC 4592 and RFC 6672, walked down from the apex over a list of records.

Records = dict[tuple[str, ...], set[RdataType]]  # labels from the root down, without the root


def refer(records: Records, labels: tuple[str, ...], qtype: RdataType) -> tuple[object, ...]:
    def exists(at: tuple[str, ...]) -> bool:
        return any(owner[: len(at)] == at for owner in records)

    def data(at: tuple[str, ...], wildcard: bool) -> tuple[object, ...]:
        here = records.get(at, set())
        if qtype in here:
            return ("hit", qtype, wildcard)
        return ("alias", wildcard) if CNAME in here else ("nodata", wildcard)

    for depth in range(1, len(labels) + 1):
        at = labels[:depth]
        if not exists(at):
            last = labels[: depth - 1]
            if DNAME in records.get(last, set()):
                return ("dname", last)
            wild = (*last, "*")
            return data(wild, wildcard=True) if exists(wild) else ("nxdomain", last)
        if depth > 1 and NS in records.get(at, set()) and not (at == labels and qtype == DS):
            return ("referral", at)
    return data(labels, wildcard=False)


def brief(found: Result) -> tuple[object, ...]:
    def labels(text: object) -> tuple[str, ...]:
        return tuple(reversed(str(text).lower().rstrip(".").split(".")))

    match found:
        case Hit(_, (rrset,), wildcard):
            return ("hit", rrset.rdtype, wildcard is not None)
        case Alias(_, wildcard):
            return ("alias", wildcard is not None)
        case NoData(wildcard):
            return ("nodata", wildcard is not None)
        case Dname(rrset, _):
            return ("dname", labels(rrset.name))
        case NxDomain(encloser):
            return ("nxdomain", labels(encloser))
        case Delegation(ns, _, _):
            return ("referral", labels(ns.name))
    raise AssertionError(found)


LABEL = st.sampled_from(["a", "b", "*"])
LABELS = st.lists(LABEL, max_size=4).map(lambda labels: ("z", *labels))
KIND = st.sampled_from([{A}, {TXT}, {A, TXT}, {CNAME}, {NS}, {NS, DS}, {DNAME}, {DNAME, TXT}])
DATA = {
    A: "A 192.0.2.1",
    TXT: "TXT x",
    CNAME: "CNAME elsewhere.",
    NS: "NS elsewhere.",
    DNAME: "DNAME elsewhere.",
    DS: "DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
}


def consistent(drawn: dict[tuple[str, ...], set[RdataType]]) -> Records:
    """Without names below a DNAME, which no zone may hold, and idle data below cuts, which the reference would see."""
    apart = {owner for owner, kinds in drawn.items() if (kinds & {NS, DNAME}) and owner != ("z",)}

    def above(owner: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
        return (owner[:depth] for depth in range(1, len(owner)))

    kept = {owner: kinds for owner, kinds in drawn.items() if owner != ("z",) and not apart & {*above(owner)}}
    return {("z",): {RdataType.SOA, NS}, **kept}


@given(
    st.dictionaries(LABELS, KIND, max_size=8).map(consistent),
    st.lists(st.tuples(LABELS, st.sampled_from([A, TXT, CNAME, NS, DNAME, DS])), min_size=1, max_size=20),
)
def test_a_lookup_finds_what_the_words_of_the_rfcs_say(records, questions):
    text = "@ 60 SOA ns.net. h.net. 1 1 1 1 1\n@ 60 NS ns.net.\n"
    for owner, kinds in records.items():
        if owner != ("z",):
            text += "".join(f"{'.'.join(reversed(owner))}. 60 {DATA[kind]}\n" for kind in kinds)
    made = zone(text, "z.")

    for labels, qtype in questions:
        qname = name(".".join(reversed(labels)) + ".")
        assert brief(made.lookup(qname, qtype)) == refer(records, labels, qtype), f"{qname} {qtype.name} in\n{text}"
    existing = {owner[:depth] for owner in records for depth in range(1, len(owner) + 1)}
    assert {tuple(reversed(str(owner).rstrip(".").split("."))) for owner in made.nodes} == existing
