"""A zone written out and read back is the same zone."""

from hypothesis import given
from hypothesis import strategies as st

from gslb.zone import difference, to_text
from kit.zonetext import HEAD, zone

LABEL = st.sampled_from(
    ["a", "b", "*", "A\\.b", "x\\032y", "\\200", "\\$", "\\@", "_tcp", "UPPER", '\\"', "\\;", "\\(", "0"]
)
RECORD = st.sampled_from(
    [
        "A 192.0.2.1",
        "A 192.0.2.2",
        "AAAA 2001:db8::1",
        'TXT "a b" "\\"q\\"" "\\000\\255;" ""',
        "MX 10 Mail",
        "SRV 1 2 3 host.Example.NET.",
        "TYPE731 \\# 3 abcdef",
        "TYPE62347 \\# 0",
        "HTTPS 1 . alpn=h2,h3 key667=\\001\\002",
        'CAA 0 issue "x; y=z"',
        "NS ns.other.",
        "DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
        'NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:\\\\1@x!" .',
    ]
)


@given(st.lists(st.tuples(st.lists(LABEL, min_size=1, max_size=3), st.integers(0, 2**31 - 1), RECORD), max_size=12))
def test_reading_what_was_written_changes_nothing(rows):
    text = HEAD + "".join(f"{'.'.join(labels)} {ttl} {data}\n" for labels, ttl, data in rows)
    once = zone(text)

    written = to_text(once)
    again = zone(written)

    assert not difference(once, again)
    assert to_text(again) == written
    assert [str(owner) for owner in again.nodes] == [str(owner) for owner in once.nodes], "case is kept"


def test_the_soa_comes_first_and_glue_last():
    lines = to_text(zone(HEAD + "sub NS ns.sub\nns.sub A 192.0.2.1\na.b TXT x\n")).splitlines()

    assert [line.split(" IN ")[0] + " " + line.split(" IN ")[1].split()[0] for line in lines] == [
        "example. 3600 SOA",
        "example. 3600 NS",
        "a.b.example. 3600 TXT",
        "ns.example. 3600 A",
        "sub.example. 3600 NS",
        "ns.sub.example. 3600 A",
    ]
