"""Master-file lines for tests: plain ones, ones that nearly are, and all others."""

import dns.name
from dns.rdatatype import RdataType
from hypothesis import strategies as st

from gslb.model import Fault, Faults, ZoneSource
from gslb.zone import Zone, load
from gslb.zone.compiled import Compiled, open_library
from gslb.zone.lines import Lines
from kit.zonetext import HEAD

APEX = dns.name.from_text("example.")
OWNERS = st.sampled_from(
    [
        "a",
        "b",
        "x.a",
        "y.x.a",
        "c",
        "sub",
        "h.sub",
        "d",
        "k.d",
        "e.f.g",
        "@",
        "*",
        "*.a",
        "a.example.",
        "q.w.example.",
        "A",
        "example.",
        "out.side.",
        ".",
        "b..c",
        "in",
        "300",
        "-",
        "_t",
        "x" * 63,
        "x" * 64,
        ".".join(4 * ["x" * 60]),
    ]
)
TIMES = st.sampled_from(["", "", "", "60 ", "300 ", "IN ", "60 IN ", "in 60 ", "60\tin\t", "1h ", "4294967295 ", "07 "])
ADDRESSES = ["192.0.2.1", "192.0.2.2", "192.0.2.256", "192.0.02.1", "1.2.3", "1.2.3.4.5", "::1"]
LONG = [
    "2001:db8::1",
    "::",
    "2001:DB8:0::1",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "1::2::3",
    "::ffff:192.0.2.1",
    "12345::",
    ":::",
    "1:2:3:4:5:6:7",
]
STRINGS = ['"v=spf1 -all"', '"; ( ) $"', '""', "bare", '"a" "b"', r'"\"a\\"', f'"{"t" * 256}"', '"é"']
DATA = st.sampled_from(
    [f"A {address}" for address in (ADDRESSES[0], *ADDRESSES)]
    + [f"AAAA {address}" for address in (*LONG, ":1:2:3:4:5:6:7", "::2:3:4:5:6:7:8")]
    + [f"TXT {string}" for string in STRINGS]
    + ["a 192.0.2.1", "CNAME a", "CNAME x.a", "NS a", "NS ns.elsewhere.", "MX 10 a", "DNAME other.", "TYPE731 \\# 1 00"]
    + ["HINFO a b", "A", ""]
)
RECORDS = st.builds("{} {}{}".format, OWNERS, TIMES, DATA)
OTHERS = st.sampled_from(
    """ A 192.0.2.9|\tTXT more|; a comment||   |$TTL 5|$TTL x|$ORIGIN a|$ORIGIN example.|$ORIGIN out.side.|$ORIGIN k.D
|$INCLUDE other|$INCLUDE other in.a|$INCLUDE zone|$GENERATE 1-3 g$ A 192.0.2.$|c TXT ( one| two )|a 60 A 192.0.2.7 ; why
|a 60 A 192.0.2.7 |c TXT "open|)|b\\046c A 192.0.2.1|a\tA\t192.0.2.3|a. A 192.0.2.3""".replace("\n", "").split("|")
)
LINES = st.lists(RECORDS | RECORDS | OTHERS, max_size=14)
HEADS = st.sampled_from([HEAD, HEAD[10:], HEAD[10:].replace("@ SOA", "@ 50 SOA")])
STEERED = st.sets(st.sampled_from(["a", "z"]))
LARGE, NEVER = 0, 1 << 30  # from how many characters on a text is looked through for plain lines


def compiled(apex: dns.name.Name = APEX) -> Compiled:
    """The compiled reader, which `make lab` and `make test` build."""
    library = open_library()
    assert library is not None, "build it: .venv/bin/python setup.py build_ext --inplace"
    return Compiled(apex, library)


def outcome(text: str, steered: set[str], large: int, plain: object = Lines) -> tuple[Zone | None, tuple[Fault, ...]]:
    """The zone, or what it is refused for."""
    texts = {"zone": text, "other": "o A 192.0.2.77\na AAAA ::7\n IN A 192.0.2.78\n"}

    def read(path: str) -> str:
        if path not in texts:
            raise FileNotFoundError(2, "No such file or directory", path)
        return texts[path]

    names = {dns.name.from_text(owner, APEX): frozenset({RdataType.A}) for owner in steered}
    try:
        return load(ZoneSource("example.", file="zone"), read, names, large=large, many=0, plain=plain), ()  # type: ignore[arg-type]
    except Faults as faults:
        return None, faults.faults
