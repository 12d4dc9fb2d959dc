"""The compiled engine's library is opened, or it is said why not."""

import ctypes
import mmap
import subprocess

import pytest

from gslb.engine.library import PATH, NotCompiledError, address_of, open_library


def test_it_is_built_and_opens():
    assert PATH.exists(), "make builds it; without a C compiler the compiled engine cannot be tested"
    assert open_library().gslb_answer.restype is ctypes.c_int


def test_a_missing_library_says_what_it_takes(tmp_path):
    with pytest.raises(NotCompiledError, match="takes a C compiler"):
        open_library(tmp_path / "library.so")


def test_what_is_no_library_is_not_loaded(tmp_path):
    (tmp_path / "library.so").write_bytes(b"\x7fELF and nothing else")

    with pytest.raises(NotCompiledError, match="cannot be loaded"):
        open_library(tmp_path / "library.so")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("int something;", "cannot be loaded"),
        ("const unsigned long gslb_interface[9] = {99};", "built from other sources"),
    ],
)
def test_a_library_of_another_version_is_not_used(tmp_path, source, reason):
    (tmp_path / "other.c").write_text(source)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / "library.so", tmp_path / "other.c"], check=True)

    with pytest.raises(NotCompiledError, match=reason):
        open_library(tmp_path / "library.so")


def test_the_address_of_memory_that_may_only_be_read(tmp_path):
    (tmp_path / "octets").write_bytes(b"0123456789" * 1_000)
    with (tmp_path / "octets").open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))

    assert ctypes.string_at(address_of(mapped), 10) == b"0123456789"
    assert ctypes.string_at(address_of(mapped[8:24].cast("Q")), 4) == b"8901"
