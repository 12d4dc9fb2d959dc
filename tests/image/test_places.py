"""Class and scope of a client are those of the ranges as written, for every address at every edge."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.image import ExactRanges, ImageError, PlaceImage, Places, Ranges, write_places
from kit.tables import class_maps


def written(places, folder):
    return PlaceImage(write_places(Path(folder), places))


def naive_class(ranges, number):
    return [class_ for start, class_ in zip(ranges.starts, ranges.classes, strict=True) if start <= number][-1]


def naive_scope(ranges, number, bits):
    """The shortest prefix around `number` that lies in one range, found by trying all of them."""
    index = max(at for at, start in enumerate(ranges.starts) if start <= number)
    start = ranges.starts[index]
    end = (*ranges.starts, 1 << bits)[index + 1] - 1
    return min(
        length
        for length in range(bits + 1)
        if start <= number >> (bits - length) << (bits - length)
        and (number >> (bits - length) << (bits - length)) + (1 << (bits - length)) - 1 <= end
    )


def around(ranges, step):
    """Addresses at the edges of ranges, where mistakes are, and anywhere else."""
    edges = [start + by for start in ranges.starts for by in (-step, 0, step)]
    return st.sampled_from([edge for edge in edges if edge >= 0])


@given(class_maps(), st.data())
def test_a_prefix_has_the_class_and_scope_of_its_range(places, data):
    v4 = data.draw(around(places.main4, 256) | st.integers(0, 2**24 - 1).map(lambda n: n << 8)) % 2**32
    v6 = data.draw(around(places.main6, 256) | st.integers(0, 2**56 - 1).map(lambda n: n << 8)) % 2**64
    with TemporaryDirectory() as folder:
        image = written(places, folder)

        assert image.find_v4(v4) == (naive_class(places.main4, v4), naive_scope(places.main4, v4, 32))
        assert image.find_v6(v6) == (naive_class(places.main6, v6), naive_scope(places.main6, v6, 64))


@settings(max_examples=30)
@given(class_maps(), st.integers(0, 0xFFFF) | st.integers(0, 8))
def test_the_blocks_of_a_slash_16_are_what_is_found_for_each_slash_24(places, first):
    with TemporaryDirectory() as folder:
        image = PlaceImage(write_places(Path(folder), places))
        blocks = image.blocks_v4(first)

        told = [(class_, width) for count, class_, width in blocks for _ in range(count)]
        assert told == [image.find_v4(first << 16 | third << 8) for third in range(256)]


@given(class_maps(), st.data())
def test_a_sender_is_looked_for_in_the_exact_ranges_first(places, data):
    with TemporaryDirectory() as folder:
        image = written(places, folder)
        for fine, main, bits, find in (
            (places.fine4, places.main4, 0, image.sender_v4),
            (places.fine6, places.main6, 64, image.sender_v6),
        ):
            edges = [
                edge + by for pair in zip(fine.starts, fine.ends, strict=True) for edge in pair for by in (-1, 0, 1)
            ]
            number = data.draw(st.sampled_from([0, *(edge for edge in edges if edge >= 0)])) % (
                1 << 32 + 96 * bool(bits)
            )
            inside = [
                class_
                for start, end, class_ in zip(fine.starts, fine.ends, fine.classes, strict=True)
                if start <= number <= end
            ]
            assert find(number) == (inside or [naive_class(main, number >> bits)])[0]


def test_scopes_are_never_longer_than_the_steps():
    """Ranges of one step each, all different: /24 and /56 are the narrowest there are."""
    crowd = [n << 8 for n in range(1_000)]
    with TemporaryDirectory() as folder:
        ranges = Ranges(crowd, [n % 7 for n in range(1_000)])
        image = written(Places("crowd", ranges, ranges), folder)

        assert {image.find_v4(n << 8)[1] for n in range(999)} == {24}
        assert {image.find_v6(n << 8)[1] for n in range(999)} == {56}


def test_one_class_for_everybody_has_scope_nought(tmp_path):
    image = written(Places("one"), tmp_path)

    assert (image.find_v4(0xFFFFFF00), image.find_v6(2**64 - 256)) == ((0, 0), (0, 0))
    assert (image.sender_v4(2**32 - 1), image.sender_v6(2**128 - 1)) == (0, 0)


def test_a_map_is_named_by_its_digest_and_written_once(tmp_path):
    path = write_places(tmp_path, Places("abc"))
    before = path.stat().st_ino
    write_places(tmp_path, Places("abc"))

    assert path.name == "places-abc"
    assert path.stat().st_ino == before
    assert PlaceImage(path).digest == "abc"


@pytest.mark.parametrize(
    ("places", "message"),
    [
        (Places(""), "a digest has"),
        (Places("x" * 65), "a digest has"),
        (Places("x", Ranges([], [])), "start at 0"),
        (Places("x", Ranges([256], [0])), "start at 0"),
        (Places("x", Ranges([0, 512, 256], [0, 0, 0])), "ascend"),
        (Places("x", Ranges([0, 128], [0, 0])), "whole steps"),
        (Places("x", Ranges([0, 1 << 32], [0, 0])), "start at 0"),
        (Places("x", Ranges([0], [0, 1])), "1 ranges, 2 classes"),
        (Places("x", fine4=ExactRanges([1], [2], [])), "1 starts, 1 ends, 0 classes"),
        (Places("x", fine4=ExactRanges([2], [1], [0])), "ascend and do not meet"),
        (Places("x", fine4=ExactRanges([1, 3], [3, 4], [0, 0])), "ascend and do not meet"),
        (Places("x", fine4=ExactRanges([1], [1 << 32], [0])), "ascend and do not meet"),
    ],
)
def test_ranges_out_of_order_are_refused(tmp_path, places, message):
    with pytest.raises(ValueError, match=message):
        write_places(tmp_path, places)

    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_length_is_refused(tmp_path):
    path = write_places(tmp_path, Places("abc"))
    path.write_bytes(path.read_bytes()[:-8])

    with pytest.raises(ImageError):
        PlaceImage(path)
