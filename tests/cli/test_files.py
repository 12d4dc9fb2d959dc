"""Files as the commands read them."""

import pytest

from gslb.cli.files import find, read_text


def test_text_is_utf_8(tmp_path):
    (tmp_path / "a").write_bytes("ü".encode())
    (tmp_path / "b").write_bytes(b"\xff")

    assert read_text(str(tmp_path / "a")) == "ü"
    with pytest.raises(UnicodeDecodeError):
        read_text(str(tmp_path / "b"))


def test_a_pattern_stands_for_the_files_that_are_there_and_a_path_for_itself(tmp_path):
    (tmp_path / "a.yaml").touch()

    assert list(find(str(tmp_path / "*.yaml"))) == [str(tmp_path / "a.yaml")]
    assert list(find(str(tmp_path / "gone.yaml"))) == [str(tmp_path / "gone.yaml")]
