"""Blobs are found again by their reference, or are said to be gone or damaged."""

import pytest

from gslb.image import ImageError
from gslb.image.arena import Arena, Blobs, arena_numbers, arena_path, room_for


def test_blobs_are_read_back_by_reference(tmp_path):
    arena = Arena.create(tmp_path, 3, 4_096)
    references = [arena.append(payload) for payload in (b"one", b"", b"three" * 100)]

    assert [bytes(Blobs(tmp_path).read(reference)) for reference in references] == [b"one", b"", b"three" * 100]


def test_room_is_what_blobs_take(tmp_path):
    arena = Arena.create(tmp_path, 1, 4_096)
    before = arena.room
    payloads = [b"one", b"", b"three" * 100]
    for payload in payloads:
        arena.append(payload)

    assert before - arena.room == room_for(payloads)


def test_a_payload_starts_where_eight_octets_can_be_read_at_once(tmp_path):
    arena = Arena.create(tmp_path, 1, 4_096)

    assert [arena.append(bytes(size)) % 8 for size in (1, 2, 9)] == [0, 0, 0]


def test_a_reader_sees_what_is_appended_after_it_mapped_the_arena(tmp_path):
    arena = Arena.create(tmp_path, 1, 4_096)
    blobs = Blobs(tmp_path)
    blobs.read(arena.append(b"early"))

    assert bytes(blobs.read(arena.append(b"late"))) == b"late"


def test_an_arena_goes_on_where_it_was_told_to(tmp_path):
    first = Arena.create(tmp_path, 1, 4_096)
    kept = first.append(b"kept")
    used = first.used
    first.append(b"never published")
    first.close()
    second = Arena(arena_path(tmp_path, 1), 1, used)
    after = second.append(b"after")

    assert [bytes(Blobs(tmp_path).read(reference)) for reference in (kept, after)] == [b"kept", b"after"]
    assert second.used < first.used


def test_what_is_let_go_is_mapped_again_when_it_is_wanted(tmp_path):
    one, two = Arena.create(tmp_path, 1, 4_096).append(b"one"), Arena.create(tmp_path, 2, 4_096).append(b"two")
    blobs = Blobs(tmp_path)
    old = blobs.read(one)
    blobs.keep([2])
    arena_path(tmp_path, 1).unlink()

    assert bytes(old) == b"one"
    assert bytes(blobs.read(two)) == b"two"
    with pytest.raises(FileNotFoundError):
        blobs.read(one)


@pytest.mark.parametrize("reference", [1 << 40, 1 << 40 | 70, 1 << 40 | 4_096, 1 << 40 | 9_999_999])
def test_a_reference_to_nowhere_is_an_error(tmp_path, reference):
    Arena.create(tmp_path, 1, 4_096)
    path = arena_path(tmp_path, 1)
    content = bytearray(path.read_bytes())
    content[62:70] = b"\xff" * 8
    path.write_bytes(content)

    with pytest.raises(ImageError):
        Blobs(tmp_path).read(reference)


def test_a_damaged_blob_is_an_error(tmp_path):
    arena = Arena.create(tmp_path, 1, 4_096)
    reference = arena.append(b"precious")
    path = arena_path(tmp_path, 1)
    path.write_bytes(path.read_bytes().replace(b"precious", b"pretious"))

    with pytest.raises(ImageError, match="damaged"):
        Blobs(tmp_path).read(reference)


def test_an_arena_that_cannot_be_filled_leaves_nothing_behind(tmp_path):
    (tmp_path / "arena-9").mkdir()  # cannot be opened for writing

    with pytest.raises(OSError, match="arena-9"):
        Arena.create(tmp_path / "missing", 9, 4_096)
    assert arena_numbers(tmp_path / "missing") == set()
