from bisect import bisect_right
from ipaddress import IPv4Address, IPv6Address, ip_network
from itertools import pairwise

import maxminddb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.geo.search_tree import SearchTree
from kit.mmdb import write_mmdb


def opened(tmp_path, data: bytes) -> tuple[SearchTree, maxminddb.Reader]:
    """Our walk of the file, and the library's reader as the one to agree with."""
    path = tmp_path / "x.mmdb"
    path.write_bytes(data)
    reader = maxminddb.open_database(path)
    return SearchTree.read(data, reader.metadata()), reader


V4 = st.tuples(st.integers(0, 2**32 - 1), st.integers(1, 32)).map(
    lambda pair: ip_network((pair[0] >> (32 - pair[1]) << (32 - pair[1]), pair[1]))
)
V6 = st.tuples(st.integers(0x20 << 120, (0x30 << 120) - 1), st.integers(3, 64)).map(
    lambda pair: ip_network((pair[0] >> (128 - pair[1]) << (128 - pair[1]), pair[1]))
)


@given(
    st.dictionaries(V4, st.integers(0, 5), max_size=20),
    st.dictionaries(V6, st.integers(0, 5), max_size=20),
    st.sampled_from([24, 28, 32]),
    st.data(),
)
def test_a_walk_finds_what_the_library_finds(tmp_path_factory, v4, v6, size: int, data: st.DataObject):
    entries = [(str(network), {"n": value}) for network, value in (*v4.items(), *v6.items())]
    tree, reader = opened(tmp_path_factory.mktemp("tree"), write_mmdb(entries, "t", record_size=size))

    for walked, make, shift, bits in ((tree.v4(), IPv4Address, 0, 32), (tree.v6(), IPv6Address, 64, 64)):
        if walked is None:
            assert not v4
            continue
        starts, records = walked
        assert starts[0] == 0
        assert all(left != right for left, right in pairwise(records))
        meaning: dict[int, object] = {tree.EMPTY: None}
        for start, record in zip(starts, records, strict=True):
            meaning.setdefault(record, reader.get(make(start << shift)))
        edges = {int(edge) >> shift for network in (v4 if bits == 32 else v6) for edge in (network[0], network[-1])}
        for number in {*edges, data.draw(st.integers(1, 2**bits - 1))}:
            assert meaning[records[bisect_right(starts, number) - 1]] == reader.get(make(number << shift))


@pytest.mark.parametrize("size", [24, 28, 32])
def test_a_file_of_ipv4_only_knows_nothing_of_ipv6(tmp_path, size: int):
    tree, _ = opened(tmp_path, write_mmdb({"81.2.69.0/24": {"n": 1}}, "t", version=4, record_size=size))
    v4 = tree.v4()

    assert v4 is not None
    assert v4[0] == [0, 0x51024500, 0x51024600]
    assert tree.v6() is None


def test_where_a_file_repeats_ipv4_is_no_ipv6(tmp_path):
    data = write_mmdb(
        {"81.2.69.0/24": {"n": 1}, "0.0.0.0/8": {"n": 2}, "2a00:1450::/32": {"n": 3}},
        "t",
        aliases=("2002::/16", "2001::/32", "::ffff:0:0/96"),
    )
    tree, reader = opened(tmp_path, data)
    v6 = tree.v6()

    assert reader.get("2002:5102:4501::1") == {"n": 1}, "the file does repeat it"
    assert v6 is not None
    assert v6[0] == [0, 0x2A00_1450_0000_0000, 0x2A00_1451_0000_0000]
    assert v6[1][0] == v6[1][2] == tree.EMPTY


def test_a_file_without_ipv4_has_no_ipv4(tmp_path):
    tree, _ = opened(tmp_path, write_mmdb({"2a00:1450::/32": {"n": 3}}, "t"))

    assert tree.v4() is None
    assert tree.v6() is not None


def test_prefixes_longer_than_64_bits_are_read_at_the_first_address(tmp_path):
    tree, _ = opened(tmp_path, write_mmdb({"2a00:1450::/96": {"n": 1}, "2a00:1450:0:1:8000::/65": {"n": 2}}, "t"))
    v6 = tree.v6()

    assert v6 is not None
    assert v6[0] == [0, 0x2A00_1450_0000_0000, 0x2A00_1450_0000_0001]
    assert v6[1][0] == v6[1][2] == tree.EMPTY


class Metadata:
    def __init__(self, count: int, size: int, version: int) -> None:
        self.node_count, self.record_size, self.ip_version = count, size, version


@pytest.mark.parametrize(
    ("data", "count", "size", "fault"),
    [(bytes(6), 1, 20, "records of 20 bits"), (bytes(5), 1, 24, "cut short"), (b"", 1, 32, "cut short")],
)
def test_a_tree_that_cannot_be_read_is_refused(data: bytes, count: int, size: int, fault: str):
    with pytest.raises(ValueError, match=fault):
        SearchTree.read(data, Metadata(count, size, 4))


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("after_one", [1, 2])
def test_a_tree_that_leads_back_into_itself_is_refused(version: int, after_one: int):
    """Two nodes: behind a 0 bit of the first a leaf (2), behind a 1 bit the second, which leads to itself for ever."""
    records = (2, 1, 1, after_one)
    tree = SearchTree.read(b"".join(record.to_bytes(3, "big") for record in records), Metadata(2, 24, version))

    with pytest.raises(ValueError, match="does not end"):
        tree.v4() if version == 4 else tree.v6()
