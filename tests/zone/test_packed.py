"""Plain names as flat tables: what goes in comes out, from memory and from disk."""

import pickle

import dns.name
import pytest
from dns.rdatatype import RdataType
from hypothesis import given
from hypothesis import strategies as st

from gslb.zone.packed import PackedError, open_packed, pack

APEX = dns.name.from_text("Example.")
LABELS = st.text("abc-0", min_size=1, max_size=3)
KEYS = st.lists(LABELS, min_size=1, max_size=3).map(lambda labels: ".".join(labels).encode())


def a(last, ttl=60):
    return b"\0\1\0\1" + ttl.to_bytes(4, "big") + b"\0\4\xc0\0\2" + bytes([last])


def folded(key):
    return (*key.split(b"."), b"example", b"")


@given(st.dictionaries(KEYS, st.integers(0, 5), max_size=40), st.sets(KEYS, max_size=10))
def test_every_name_is_found_with_its_records_and_no_other_name_is(names, others):
    packed = pack({key: a(last) for key, last in names.items()}, APEX)

    assert [*packed.keys()] == [folded(key) for key in names]
    for key, last in names.items():
        node = packed.get(folded(key))
        assert node is not None
        assert packed.content(packed.find(folded(key))) == a(last)
        assert (node.name.to_text(), node.rrsets[0].to_text()) == (
            f"{key.decode()}.Example.",
            f"{key.decode()}.Example. 60 IN A 192.0.2.{last}\n",
        )
    assert all(packed.get(folded(key)) is None for key in others - names.keys())
    assert packed.get((b"elsewhere", b"")) is None


def test_names_with_the_same_records_share_them():
    packed = pack({b"a": a(1), b"b": a(2), b"c": a(1)}, APEX)

    assert [*packed.contents] == [0, 1, 0]
    assert bytes(packed.records)[:28] == a(1) + a(2)


def test_records_of_several_types_come_back_as_rrsets_and_none_as_an_empty_non_terminal():
    text = b"\0\x10\0\1\0\0\0\x07\0\2\1x"
    packed = pack({b"a": a(1) + a(2) + text, b"b": b""}, APEX)
    node, between = packed.get(folded(b"a")), packed.get(folded(b"b"))

    assert node is not None
    assert [(rrset.rdtype, rrset.ttl, len(rrset)) for rrset in node.rrsets] == [
        (RdataType.A, 60, 2),
        (RdataType.TXT, 7, 1),
    ]
    assert between is not None
    assert (str(between.name), between.rrsets, between.types) == ("b.Example.", (), ())


def test_a_table_on_disk_is_pickled_as_its_path_and_any_other_whole(tmp_path):
    made = pack({b"a": a(1)}, APEX)
    path = tmp_path / "names"
    path.write_bytes(made.data)
    mapped = open_packed(str(path), APEX)
    for one in (made, mapped, pickle.loads(pickle.dumps(made)), pickle.loads(pickle.dumps(mapped))):
        assert one.get(folded(b"a")) == made.get(folded(b"a"))
        assert one.digest() == made.digest()
    path.unlink()
    with pytest.raises(FileNotFoundError):
        pickle.loads(pickle.dumps(mapped))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: b"GSLBZONE" + data[8:], "no table of names"),
        (lambda data: data[:40], "no table of names"),
        (lambda data: data[:8] + b"\7" + data[9:], "of version 7, not 1"),
        (lambda data: data[:-16], "shorter than"),
        (lambda data: data[:101], "shorter than"),
    ],
)
def test_a_file_that_is_no_whole_table_of_names_is_refused(tmp_path, change, message):
    path = tmp_path / "names"
    path.write_bytes(change(bytes(pack({b"a": a(1), b"b": a(2)}, APEX).data)))

    with pytest.raises(PackedError, match=message):
        open_packed(str(path), APEX)


def test_a_plain_name_takes_some_seventy_octets():
    packed = pack({b"host%d" % number: a(number % 256, number) for number in range(10_000)}, APEX)

    assert len(packed.data) / 10_000 < 80
