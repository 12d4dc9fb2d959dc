"""Files appear whole or not at all, and what is mapped never changes under its reader."""

import resource
import subprocess
import sys

import pytest

from gslb.image.files import ImageError, content_digest, map_whole, map_words, write_whole


def test_a_file_takes_its_place_and_leaves_no_draft(tmp_path):
    write_whole(tmp_path / "image", [b"one", bytearray(b"two"), memoryview(b"three")])

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("image", b"onetwothree")]


def test_who_has_mapped_the_old_file_keeps_it(tmp_path):
    write_whole(tmp_path / "image", [b"MAGIC old"])
    mapped = map_whole(tmp_path / "image", b"MAGIC", 9)
    write_whole(tmp_path / "image", [b"MAGIC"])

    assert mapped[:] == b"MAGIC old"
    assert (tmp_path / "image").read_bytes() == b"MAGIC"


def test_a_write_that_fails_leaves_what_was_there(tmp_path):
    write_whole(tmp_path / "image", [b"good"])

    with pytest.raises(TypeError):
        write_whole(tmp_path / "image", [b"half", "no octets"])  # type: ignore[list-item]

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("image", b"good")]


@pytest.mark.parametrize(
    ("content", "message"), [(b"MAG", "too short: 3 octets where at least 8"), (b"SOMETHING", "is not a MAGIC image")]
)
def test_what_is_no_image_is_said_to_be_none(tmp_path, content, message):
    (tmp_path / "image").write_bytes(content)

    with pytest.raises(ImageError, match=message):
        map_whole(tmp_path / "image", b"MAGIC", 8)


def test_a_digest_depends_on_the_content_and_not_on_its_pieces():
    assert content_digest([b"ab", b"c"]) == content_digest([b"a", b"bc"]) != content_digest([b"abd"])
    assert len(content_digest([])) == 32


def test_words_are_shared_between_all_who_map_them(tmp_path):
    one, other = map_words(tmp_path / "words", 4), map_words(tmp_path / "words", 2)
    one[1] = 7

    assert (len(one), len(other), list(other)) == (4, 2, [0, 7])


def test_mapping_words_lengthens_but_never_shortens(tmp_path):
    first = map_words(tmp_path / "words", 2)
    first[1] = 5
    longer = map_words(tmp_path / "words", 2_000)
    map_words(tmp_path / "words", 1)

    assert (longer[1], longer[1_999], first[1]) == (5, 0, 5)
    assert (tmp_path / "words").stat().st_size >= 16_000


def test_what_one_process_counts_stays_its_own_on_a_full_disk(tmp_path):
    script = (
        "import resource, sys; from pathlib import Path; from gslb.image.files import map_own_words\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "words = map_own_words(Path(sys.argv[1]) / 'words', 100_000)\n"
        "words[99_999] += 7\n"
        "print(len(words), words[99_999])\n"
        "try: map_own_words(Path(sys.argv[1]) / 'no folder' / 'words', 1)\n"
        "except FileNotFoundError: print('refused')\n"
    )

    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["100000", "7", "refused"]


def test_a_full_disk_is_an_error_and_not_a_crash(tmp_path):
    """A limit on file size stands in for the full disk: both refuse the blocks."""
    script = (
        "import resource, sys; from pathlib import Path; from gslb.image.files import map_words\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: map_words(Path(sys.argv[1]), 100_000)\n"
        "except OSError as error: print('refused', error.errno)\n"
    )

    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "words")], capture_output=True, check=True)

    assert done.stdout.startswith(b"refused")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096
