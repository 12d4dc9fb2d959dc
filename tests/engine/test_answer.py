"""Replies are those of an executor written straight from the architecture, octet for octet."""

import random
from itertools import count
from pathlib import Path
from struct import error, pack, unpack_from
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.engine import NoAnswer, answer
from gslb.engine.refusal import refuse
from gslb.image import (
    Body,
    Bucket,
    ByClass,
    Constant,
    Draw,
    Entry,
    Forward,
    Places,
    Publisher,
    Ranges,
    Rows,
    Scoping,
    Static,
    Tables,
    Trim,
    client_bucket,
    pick,
)
from kit.packets import AAAA, ANY, A, name_of, opt, option, query, read, subnet
from kit.tables import (
    APEX,
    NODATA,
    NXDOMAIN,
    World,
    ZoneContent,
    address,
    bucket_table,
    class_maps,
    scopings,
    small_world,
    tables_of,
    worlds,
)

DROP, FORWARD = NoAnswer.DROP, NoAnswer.FORWARD
SENDER = bytes([127, 0, 0, 1])
SIX = bytes.fromhex("20010db8000000000000000000000001")
REFUSED = Body(b"", 5)


def no_draw():
    raise AssertionError("nothing to draw for")


# The executor of the architecture, slow and plain


def naive(world, packet, sender, draw, stream=False):
    found = naive_records(world, packet, sender, draw, stream)
    if found is not FORWARD:
        return found
    code = refuse(packet, stream)  # has tests of its own
    return FORWARD if code is None else packet[:2] + code


def naive_records(world, packet, sender, draw, stream):
    if len(packet) < 12:
        return DROP
    id_, flags, questions, answers, authorities, additionals = unpack_from(">HHHHHH", packet)
    if flags & 0x8000:
        return DROP
    if flags & 0x7A00 or (questions, answers, authorities) != (1, 0, 0) or additionals > 1:
        return FORWARD
    try:
        name, at = naive_name(packet, 12)
        rdtype, rdclass = unpack_from(">HH", packet, at)
        question = packet[12 : at + 4]
        edns = naive_opt(packet, at + 4, stream) if additionals else None
        if not additionals and len(packet) != at + 4:
            return FORWARD
    except (IndexError, KeyError, ValueError, error):
        return FORWARD
    if rdclass != 1 or rdtype in (0, 41) or 249 <= rdtype <= 254:
        return FORWARD
    target, plans = naive_target(world, name, rdtype)
    if isinstance(target, Forward):
        return FORWARD
    ecs = edns and edns[2]
    scope = 0
    if target is None:
        body = REFUSED
    elif isinstance(target, Static):
        body = target.body
    else:
        plan = plans[target.index]
        if plan is None:
            return FORWARD
        selector, scoping = plan
        class_ = width = bucket = 0
        if scoping.by_class or scoping.by_prefix:
            located = ecs and ecs[1] and not scoping.locate_resolver
            if located:
                family, source, octets, _ = ecs
                whole = 32 if family == 4 else 128
                bits = min(source, 24 if family == 4 else 56)
                number = int.from_bytes(octets.ljust(whole // 8, b"\0"), "big") >> whole - bits << whole - bits
            else:
                family = 4 if len(sender) == 4 else 6
                whole = 32 if family == 4 else 128
                bits, number = (24 if family == 4 else 56), int.from_bytes(sender, "big")
            if isinstance(selector, ByClass):
                (places,) = (one for one in world.places if one.digest == selector.places)
                class_, width = naive_class(places, family, number, bool(located))
                if located and width > bits:
                    return FORWARD
            bucket = client_bucket(number >> whole - bits, bits)
        body = pick(selector, class_, bucket, draw)
        if ecs and ecs[1] and not scoping.locate_resolver and body.answers:
            by_class = max(width, 1) if scoping.by_class else 0
            by_prefix = ecs[1] if scoping.by_prefix else 0
            scope = min(max(by_class, by_prefix), 24 if ecs[0] == 4 else 56)
    if body.name_length not in (0, len(name)):
        return FORWARD
    tail, limit = b"", 512
    if edns:
        payload, do, _ = edns
        limit = min(max(payload, 512), 1232)
        options = b""
        if ecs:
            inner = pack(">HBB", ecs[3], ecs[1], scope) + ecs[2]
            options = pack(">HH", 8, len(inner)) + inner
        if body is REFUSED:
            options += option(15, b"\0\x14")
        tail = pack(">BHHIH", 0, 41, 1232, 0x8000 if do else 0, len(options)) + options
    limit = 65_535 if stream else limit
    counts, wire, extra = (body.answers, body.authorities, body.additionals), body.wire, 0
    if 12 + len(question) + len(wire) + len(tail) > limit:
        counts, wire = (*counts[:2], 0), wire[: body.core]
        extra = 0x0200 if body.trim & Trim.GLUE else 0
    if 12 + len(question) + len(wire) + len(tail) > limit:
        counts, wire, extra = (0, 0, 0), b"", 0x0200
    head = pack(">HHHHHH", id_, 0x8000 | flags & 0x0110 | body.flags | extra, 1, *counts[:2], counts[2] + bool(edns))
    return head + question + wire + tail


def naive_name(packet, at):
    start = at
    while packet[at]:
        if packet[at] > 63:
            raise ValueError("no label")
        at += packet[at] + 1
    if at + 1 - start > 255:
        raise ValueError("too long")
    return packet[start : at + 1].lower(), at + 1


def naive_opt(packet, at, stream):
    root, kind, payload, _, version, flags, length = unpack_from(">BHHBBHH", packet, at)
    if root or kind != 41 or version or len(packet) != at + 11 + length:
        raise ValueError("no OPT record")
    at += 11
    ecs = None
    while at < len(packet):
        code, length = unpack_from(">HH", packet, at)
        value = packet[at + 4 : at + 4 + length]
        if len(value) != length or code == 3 or (stream and code == 11) or (code == 8 and ecs):
            raise ValueError("not for an engine")
        if code == 8:
            kind, source, scope = unpack_from(">HBB", value)
            octets = value[4:]
            family, whole = {0: (4, 0), 1: (4, 32), 2: (6, 128)}[kind]
            bits = "".join(f"{octet:08b}" for octet in octets)
            if scope or source > whole or len(octets) != -(-source // 8) or "1" in bits[source:]:
                raise ValueError("no subnet")
            ecs = (family, source, octets, kind)
        at += 4 + length
    return payload, bool(flags & 0x8000), ecs


def naive_target(world, name, rdtype):
    suffixes = [name]
    while suffixes[-1] != b"\0":
        suffixes.append(suffixes[-1][suffixes[-1][0] + 1 :])
    by_apex = {zone.apex: zone for zone in world.zones}
    zone = next((by_apex[suffix] for suffix in suffixes if suffix in by_apex), None)
    if zone is None:
        return None, ()
    entries = {entry.name: entry for entry in zone.entries}
    rows = entries[name].here if name in entries else next(entries[at].below for at in suffixes if at in entries)
    return zone.answered(rows, rdtype), zone.plans


def naive_class(places, family, number, is_prefix):
    fine, main, bits = (places.fine4, places.main4, 32) if family == 4 else (places.fine6, places.main6, 64)
    if not is_prefix:
        for start, end, class_ in zip(fine.starts, fine.ends, fine.classes, strict=True):
            if start <= number <= end:
                return class_, 0
    if family == 6:
        number >>= 64
    index = max(at for at, start in enumerate(main.starts) if start <= number)
    start, end = main.starts[index], (*main.starts, 1 << bits)[index + 1] - 1
    outside = [other for other in (start - 1, end + 1) if 0 <= other < 1 << bits]
    shared = [bits - (number ^ other).bit_length() for other in outside]
    return main.classes[index], max(shared) + 1 if shared else 0


# What is asked


@st.composite
def asked(draw, world):
    """A packet that is mostly a query for a name in the world, with EDNS in many forms; sometimes bent."""
    inside = [entry.name for zone in world.zones for entry in zone.entries]
    name = draw(st.sampled_from((*inside, b"\4else\0", b"\0")))
    name = draw(st.sampled_from((b"", b"", b"\1x", b"\3new\3new"))) + name
    if draw(st.booleans()):
        name = name.upper()
    additional = b""
    if draw(st.booleans()):
        options = b"".join(draw(st.lists(st.sampled_from(OPTIONS), max_size=2)) + draw(st.lists(subnets, max_size=1)))
        payload = draw(st.sampled_from((0, 511, 512, 513, 800, 1231, 1232, 1233, 4096, 65_535)))
        additional = opt(payload, options, flags=draw(st.sampled_from((0, 0x8000, 0x7FFF))))
    packet = bytearray(
        query(
            name,
            draw(st.sampled_from((A, A, A, 2, 16, AAAA, ANY, 0, 41, 250, 65_535))),
            additional,
            flags=draw(st.sampled_from((0, 0x0100, 0x0010, 0x0130, 0x04EF, 0x0400))),
        )
    )
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        at = draw(st.integers(0, len(packet)))
        packet[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(packet)


OPTIONS = [b"", option(10, bytes(8)), option(12, bytes(30)), option(3), option(11)]


@st.composite
def masked(draw, family, longest):
    source = draw(st.integers(0, longest) | st.sampled_from((0, 24, 56) if longest > 32 else (0, 24, 32)))
    number = draw(st.integers(0, (1 << longest) - 1) | st.integers(0, 4_096)) >> longest - source << longest - source
    return subnet(number.to_bytes(longest // 8, "big")[: -(-source // 8)], source, family)


subnets = masked(1, 32) | masked(2, 128)
senders = (
    st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16) | st.sampled_from((bytes(4), bytes(16)))
)


@settings(max_examples=120)
@given(st.data())
def test_a_reply_is_the_naive_executors(data):
    world = data.draw(worlds())
    with TemporaryDirectory() as folder:
        tables = tables_of(Path(folder), world)
        for _ in range(8):
            packet, sender = data.draw(asked(world)), data.draw(senders)
            draw = data.draw(st.integers(0, 2**64 - 1))
            stream = data.draw(st.booleans())

            reply = answer(tables, packet, sender, lambda draw=draw: draw, stream)
            assert reply == naive(world, packet, sender, draw, stream)


FIRST_AND_REST = [Constant(address(number, number % 4)) for number in range(5)]


@st.composite
def near_edges(draw, places):
    """A subnet option in the neighbourhood of a range's start, where scopes are narrow and prefixes are mixed."""
    v4 = draw(st.booleans())
    starts, longest = (places.main4.starts, 32) if v4 else ([start << 64 for start in places.main6.starts], 128)
    source = draw(st.integers(0, longest) | st.sampled_from((24, 32) if v4 else (56, 64)))
    step = 1 << longest - source if source else 0
    number = max(0, draw(st.sampled_from(starts)) + draw(st.sampled_from((-step, 0, step)))) % (1 << longest)
    number = number >> longest - source << longest - source
    return subnet(number.to_bytes(longest // 8, "big")[: -(-source // 8)], source, 1 if v4 else 2)


@settings(max_examples=100)
@given(st.data())
def test_class_scope_bucket_and_draw_are_the_naive_executors(data):
    places = data.draw(class_maps())
    picks = data.draw(st.lists(st.integers(0, 4), min_size=64, max_size=64))
    bucket = Bucket(bucket_table(picks), tuple(FIRST_AND_REST))
    weights = data.draw(st.permutations(range(5)))
    draw_part = Draw(tuple(zip(weights, FIRST_AND_REST, strict=True)))
    parts = data.draw(st.permutations((bucket, draw_part, Constant(NODATA.body), *FIRST_AND_REST[:2])))
    world = small_world(
        (ByClass("map", tuple(parts)), data.draw(scopings)), (bucket, data.draw(scopings)), places=[places]
    )
    with TemporaryDirectory() as folder:
        tables = tables_of(Path(folder), world)
        for _ in range(16):
            row, draw = data.draw(st.integers(0, 1)), data.draw(st.integers(0, 2**64 - 1))
            asked = query(f"steer{row}.example.com", A, opt(1232, data.draw(near_edges(places) | st.just(b""))))
            sender = data.draw(senders)

            assert answer(tables, asked, sender, lambda draw=draw: draw) == naive(world, asked, sender, draw)


# Byte for byte


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    by_class = ByClass("map", tuple(FIRST_AND_REST[:3]))
    table = bucket_table(range(5))
    world = small_world(
        (Draw(((1, Constant(address(1))), (0, Constant(address(7, 1))), (3, Constant(address(2, 2))))), Scoping()),
        (by_class, Scoping(by_class=True)),
        (Bucket(table, tuple(FIRST_AND_REST)), Scoping(by_prefix=True)),
        (by_class, Scoping(by_class=True, locate_resolver=True)),
        (ByClass("map", (Constant(NODATA.body), *FIRST_AND_REST[1:3])), Scoping(by_class=True)),
        None,
        places=[
            Places(
                "map",
                # 10/8 and 192.0.2.0/24 are class 1, 10.1/16 in it class 2, all else class 0
                Ranges([0, 10 << 24, 0x0A010000, 0x0A020000, 11 << 24, 0xC0000200, 0xC0000300], [0, 1, 2, 1, 0, 1, 0]),
                Ranges([0, 0x20010DB8 << 32, 0x20010DB9 << 32], [0, 1, 0]),
            )
        ],
    )
    return tables_of(tmp_path_factory.mktemp("tables"), world)


def test_a_reply_octet_by_octet(tables):
    asked = query("WwW.eXample.com", A, opt(1232, flags=0x8000), id_=0x1234, flags=0x0110)

    assert answer(tables, asked, SENDER, no_draw) == bytes.fromhex(
        "1234 8510 0001 0001 0000 0001"  # QR, AA, RD and CD copied
        "03577757 076558616d706c65 03636f6d 00 0001 0001"
        "c00c 0001 0001 0000001e 0004 c0000201"
        "00 0029 04d0 00 00 8000 0000"  # DO copied
    )


def test_a_reply_to_a_query_without_edns_has_none(tables):
    assert answer(tables, query("www.example.com", flags=0), SENDER, no_draw) == bytes.fromhex(
        "beef 8400 0001 0001 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001"
        "c00c 0001 0001 0000001e 0004 c0000201"
    )


@pytest.mark.parametrize(
    ("name", "rdtype", "rcode", "answers"),
    [
        ("www.example.com", A, 0, 1),
        ("www.example.com", AAAA, 0, 0),
        ("www.example.com", ANY, 0, 1),
        ("deep.example.com", A, 0, 0),  # an empty non-terminal exists
        ("missing.example.com", A, 3, 0),
        ("x.y.missing.example.com", A, 3, 0),
        ("www.www.example.com", A, 3, 0),
        ("any.wild.example.com", A, 0, 1),
        ("a.b.wild.example.com", A, 0, 1),
        ("any.wild.example.com", AAAA, 0, 0),
        ("example.com", 6, 0, 1),
    ],
)
def test_a_name_is_answered_as_it_or_its_closest_encloser_says(tables, name, rdtype, rcode, answers):
    asked = query(name, rdtype)
    reply = read(answer(tables, asked, SENDER, no_draw), asked)

    assert (reply.flags & 15, reply.counts) == (rcode, (1, answers, 1 - answers, 0))


GOOD = query("www.example.com", A, opt())


@pytest.mark.parametrize(
    "packet", [b"", b"x" * 11, query("www.example.com", flags=0x8000), b"\xff" * 12, b"\xff" * 600]
)
def test_silence_for_what_is_no_query(tables, packet):
    assert answer(tables, packet, SENDER, no_draw) is DROP


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(query("www.example.com", flags=0x2800), id="UPDATE"),
        pytest.param(query("www.example.com", flags=0x2000), id="NOTIFY"),
        pytest.param(query("www.example.com", A, opt(), counts=(1, 0, 0, 2)), id="two additionals"),
        pytest.param(query("www.example.com", rdclass=3), id="class CH"),
        pytest.param(query("www.example.com", 252), id="AXFR"),
        pytest.param(query("www.example.com", 251), id="IXFR"),
        pytest.param(query("www.example.com", A, opt(root=b"\3www\0")), id="OPT with an owner"),
        pytest.param(query("www.example.com", A, opt(kind=250)), id="TSIG"),
        pytest.param(query("www.example.com", A, opt(options=option(3))), id="NSID"),
        pytest.param(query("www.example.org", A, opt(options=option(3))), id="NSID, not our zone"),
        pytest.param(query("deeper.deep.example.com", AAAA), id="no stored plan"),
        pytest.param(query("steer5.example.com"), id="no plan published"),
        pytest.param(query("steer1.example.com", A, opt(options=subnet(b"\x0a", 8))), id="subnet of two classes"),
        pytest.param(query("steer1.example.com", A, opt(options=subnet(b"\0", 1))), id="subnet of three classes"),
    ],
)
def test_the_rest_is_for_the_responder(tables, packet):
    assert answer(tables, packet, SENDER, lambda: 0) is FORWARD


ELSEWHERE = ("www.example.org", "com", ".", "notexample.com", "a." * 120 + "org", "EXAMPLE.net")
EXTENDED_ERROR = option(15, b"\0\x14")  # RFC 8914, section 4.21: Not Authoritative


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize("rdtype", [A, ANY, 6, 43, 99, 65_280])
def test_a_name_outside_all_zones_is_refused(tables, name, rdtype):
    near = subnet(bytes([10, 1, 7]), 24)
    bare, plain, located = (
        answer(tables, query(name, rdtype, additional), SENDER, no_draw)
        for additional in (b"", opt(4096, flags=0x8000), opt(options=option(10, bytes(8)) + near))
    )

    question = query(name, rdtype)[12:]
    assert bare == bytes.fromhex("beef 8105 0001 0000 0000 0000") + question
    with_opt = bytes.fromhex("beef 8105 0001 0000 0000 0001") + question
    assert plain == with_opt + opt(flags=0x8000, options=EXTENDED_ERROR)
    assert located == with_opt + opt(options=near + EXTENDED_ERROR)
    assert not tables.names.keys() & {name_of(name)}


def test_without_any_zone_every_name_is_refused(tmp_path):
    tables = tables_of(tmp_path, World(()))

    assert answer(tables, query("www.example.com"), SENDER, no_draw)[3] & 15 == 5


def test_before_the_first_publication_nothing_is_said(tmp_path):
    Publisher(tmp_path).close()

    assert answer(Tables(tmp_path), query("www.example.com"), SENDER, no_draw) is FORWARD


@pytest.mark.parametrize(
    ("options", "last", "scope"),
    [
        (subnet(bytes([10, 1, 7]), 24), 2, 16),
        (subnet(bytes([10, 0, 7]), 24), 1, 16),  # 10.0/16: its neighbour 10.1/16 is of another class
        (subnet(bytes([10, 128, 0]), 24), 1, 9),
        (subnet(bytes([10, 1]), 16), 2, 16),
        (subnet(bytes([192, 0, 2]), 24), 1, 24),
        (subnet(bytes([192, 0, 2, 77]), 32), 1, 24),
        (subnet(bytes([192, 0, 3]), 24), 0, 24),
        (subnet(bytes([200, 0, 0]), 24), 0, 5),
        (subnet(b"", 0), 0, 0),
        (subnet(bytes.fromhex("20010db8000000"), 56, 2), 1, 32),
        (subnet(bytes.fromhex("20010db80000000000000000000000ff"), 128, 2), 1, 32),
        (subnet(bytes.fromhex("fe80"), 10, 2), 0, 1),
    ],
)
def test_the_scope_is_the_widest_prefix_of_one_class(tables, options, last, scope):
    asked = query("steer1.example.com", A, opt(options=options))
    reply = read(answer(tables, asked, SENDER, no_draw), asked)

    assert (reply.records[-1], reply.scope) == (last, scope)
    assert reply.opt[11:18] + b"\0" + reply.opt[19:] == options


def test_a_family_of_one_class_is_not_scoped_for_the_other_too(tmp_path):
    """Scope /0 would be kept for IPv4 clients as well, who are told apart."""
    places = Places("map", Ranges([0, 10 << 24], [0, 1]), Ranges())
    world = small_world(
        (ByClass("map", (FIRST_AND_REST[0], FIRST_AND_REST[1])), Scoping(by_class=True)), places=[places]
    )
    asked = query("steer0.example.com", A, opt(options=subnet(bytes.fromhex("20010db8000000"), 56, 2)))

    assert read(answer(tables_of(tmp_path, world), asked, SENDER, no_draw), asked).scope == 1


@pytest.mark.parametrize(
    ("row", "options", "scope"),
    [
        (0, subnet(bytes([10, 1, 7]), 24), 0),  # the same for everybody
        (2, subnet(bytes([10, 1, 7]), 24), 24),  # hashed from the prefix
        (2, subnet(bytes([10, 1]), 13)[:-2] + bytes([10, 0]), 13),
        (2, subnet(bytes([10, 1, 7, 9]), 32), 24),
        (2, subnet(bytes(16), 128, 2), 56),
        (3, subnet(bytes([10, 1, 7]), 24), 0),  # located by the sender
        (4, subnet(bytes([200, 0, 0]), 24), 0),  # no answer: for everybody
        (4, subnet(bytes([10, 1, 7]), 24), 16),
    ],
)
def test_the_scope_says_what_the_answer_depended_on(tables, row, options, scope):
    asked = query(f"steer{row}.example.com", A, opt(options=options))

    assert read(answer(tables, asked, SENDER, lambda: 0), asked).scope == scope


@pytest.mark.parametrize(
    ("sender", "last"), [(bytes([10, 1, 2, 3]), 2), (bytes([10, 0, 0, 1]), 1), (SENDER, 0), (SIX, 1), (bytes(16), 0)]
)
@pytest.mark.parametrize("additional", [b"", opt(), opt(options=subnet(b"", 0))])
def test_without_a_subnet_the_sender_is_located(tables, sender, last, additional):
    asked = query("steer1.example.com", A, additional)

    assert read(answer(tables, asked, sender, no_draw), asked).records[-1] == last


def test_a_sticky_client_is_the_same_by_subnet_and_by_sender(tables):
    direct = query("steer2.example.com")
    for last in range(0, 256, 17):
        through = query("steer2.example.com", A, opt(options=subnet(bytes([198, 51, last]), 24)))
        told = [
            read(answer(tables, asked, bytes([198, 51, last, host]), no_draw), asked).records[-1]
            for asked in (direct, through)
            for host in (0, 9, 255)
        ]
        assert set(told) == {client_bucket(198 << 16 | 51 << 8 | last, 24) % 5}


@pytest.mark.parametrize(("draw", "last"), [(0, 1), (2**62 - 1, 1), (2**62, 2), (2**64 - 1, 2)])
def test_a_draw_decides_by_exact_weights(tables, draw, last):
    asked = query("steer0.example.com")

    assert read(answer(tables, asked, SENDER, lambda: draw), asked).records[-1] == last


# Truncation


@pytest.mark.parametrize("trim", [Trim.NONE, Trim.GLUE])
@pytest.mark.parametrize("options", [b"", subnet(bytes([10, 1, 7]), 24)])
def test_a_reply_fits_at_every_size(tmp_path, trim, options):
    """Bodies of every size around a limit of 512: whole, then without additional records, then empty with TC."""
    bodies = [
        Body(b"\xab" * (core + extra), 0x0400, 2, 1, 3 if extra else 0, core=core, trim=trim)
        for core in range(440, 500)
        for extra in (0, 40)
    ]
    entries = [Entry(APEX, Rows({}, NODATA), NXDOMAIN)]
    entries += [
        Entry(name_of(f"b{number:03}.example.com"), Rows({A: Static(body, 0)}, NODATA), NXDOMAIN)
        for number, body in enumerate(bodies)
    ]
    tables = tables_of(tmp_path, World((ZoneContent(APEX, tuple(entries)),)))
    seen = set()
    for number, body in enumerate(bodies):
        asked = query(f"b{number:03}.example.com", A, opt(512, options))
        octets = answer(tables, asked, SENDER, no_draw)
        reply = read(octets, asked)
        room = 512 - 12 - len(reply.question) - len(reply.opt)
        if len(body.wire) <= room:
            expected = (body.wire, (1, 2, 1, body.additionals + 1), False)
        elif body.core <= room:
            expected = (body.wire[: body.core], (1, 2, 1, 1), trim is Trim.GLUE)
        else:
            expected = (b"", (1, 0, 0, 1), True)
        assert (reply.records, reply.counts, reply.truncated) == expected
        assert len(octets) <= 512
        seen.add((len(reply.records) == len(body.wire), reply.records == b""))
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("payload", "limit"), [(None, 512), (0, 512), (511, 512), (513, 513), (1231, 1231), (1232, 1232), (65_535, 1232)]
)
def test_the_limit_is_what_the_client_takes_and_never_more_than_1232(tmp_path, payload, limit):
    additional = b"" if payload is None else opt(payload)
    overhead = 12 + len(name_of("x.example.com")) + 4 + len(additional)
    fits, spills = (Body(b"\1" * (limit - overhead + more), 0x0400, 1, core=limit - overhead + more) for more in (0, 1))
    entries = tuple(
        Entry(name, Rows({A: Static(body, 0)}, NODATA), NXDOMAIN)
        for name, body in ((APEX, fits), (name_of("x.example.com"), fits), (name_of("y.example.com"), spills))
    )
    tables = tables_of(tmp_path, World((ZoneContent(APEX, entries),)))

    whole, cut = (answer(tables, query(f"{host}.example.com", A, additional), SENDER, no_draw) for host in "xy")

    assert len(whole) == limit
    assert (whole[2] & 2, cut[2] & 2, len(cut)) == (0, 2, overhead)


def test_over_a_stream_a_reply_may_be_as_long_as_a_message_can_be(tmp_path):
    overhead = 12 + len(name_of("x.example.com")) + 4
    fits, spills = (Body(b"\1" * (65_535 - overhead + more), 0x0400, 1, core=100) for more in (0, 1))
    entries = (
        Entry(APEX, Rows({}, NODATA), NXDOMAIN),
        Entry(name_of("x.example.com"), Rows({A: Static(fits, 0)}, NODATA), NXDOMAIN),
        Entry(name_of("y.example.com"), Rows({A: Static(spills, 0)}, NODATA), NXDOMAIN),
    )
    tables = tables_of(tmp_path, World((ZoneContent(APEX, entries),)))

    lengths = [len(answer(tables, query(f"{host}.example.com"), SENDER, no_draw, stream=True)) for host in "xy"]

    assert lengths == [65_535, overhead + 100]
    assert len(answer(tables, query("x.example.com"), SENDER, no_draw)) == overhead + 100


def test_keepalive_is_the_responders_over_a_stream_only(tables):
    asked = query("www.example.com", A, opt(options=option(11)))

    assert isinstance(answer(tables, asked, SENDER, no_draw), bytes)
    assert answer(tables, asked, SENDER, no_draw, stream=True) is FORWARD


def test_a_body_for_names_of_one_length_is_for_no_other(tmp_path):
    body = Body(address(1).wire, 0x0400, 1, core=16, name_length=len(name_of("abc.wild.example.com")))
    entries = (
        Entry(APEX, Rows({}, NODATA), NXDOMAIN),
        Entry(name_of("wild.example.com"), Rows({}, NODATA), Rows({A: Static(body, 0)}, Forward())),
    )
    tables = tables_of(tmp_path, World((ZoneContent(APEX, entries),)))

    assert isinstance(answer(tables, query("xyz.wild.example.com"), SENDER, no_draw), bytes)
    assert answer(tables, query("wxyz.wild.example.com"), SENDER, no_draw) is FORWARD


# Counting


def test_answers_are_counted_where_their_target_says(tmp_path):
    draw = Draw(((1, Constant(address(1, 1))), (1, Constant(address(2, 3)))))
    tables = tables_of(tmp_path, small_world((draw, Scoping())))
    low_and_high = count()
    for packet, times in (
        (query("www.example.com"), 3),
        (query("www.example.com", AAAA), 2),
        (query("missing.example.com"), 4),
        (query("steer0.example.com"), 6),
        (query("www.example.org"), 5),
    ):
        for _ in range(times):
            answer(tables, packet, SENDER, lambda: 2**63 * (next(low_and_high) % 3 > 0))

    counts = tables.zones[APEX].layers[0].counts
    assert {at: told for at, told in enumerate(counts) if told} == {0: 3, 1: 2, 2: 4, 9: 2, 11: 4}


# Hostile packets


def test_two_hundred_thousand_bent_packets_raise_nothing_and_answer_no_response(tables):
    chance = random.Random(1035)
    seeds = [
        GOOD,
        query("steer1.example.com", A, opt(options=subnet(bytes([10, 1, 7]), 24))),
        query("steer2.example.com", A, opt(options=option(10, bytes(8)) + subnet(bytes(7), 56, 2))),
        query("any.wild.example.com", AAAA),
        query(b"\1a" * 121 + APEX, A, opt()),
    ]
    for number in range(200_000):
        packet = bytearray(seeds[number % len(seeds)])
        for _ in range(number % 4):
            packet[chance.randrange(len(packet))] = chance.getrandbits(8)
        if number % 7 == 0:
            del packet[chance.randrange(len(packet)) :]
        if number % 11 == 0:
            packet += chance.randbytes(chance.randrange(8))
        reply = answer(tables, bytes(packet), SENDER, lambda: 0)
        if isinstance(reply, bytes):
            assert not packet[2] & 0x80
            assert reply[:2] == packet[:2]
            assert reply[2] & 0x80
            assert len(reply) <= 1232


def test_random_octets_raise_nothing(tables):
    chance = random.Random(1034)
    for _ in range(20_000):
        answer(tables, chance.randbytes(chance.randrange(120)), SENDER, lambda: 0)
        answer(tables, GOOD[:12] + chance.randbytes(chance.randrange(120)), SENDER, lambda: 0)
