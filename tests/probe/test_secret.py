import pytest

from gslb.model import Secret
from gslb.probe.secret import SecretError, parse, read, read_token


@pytest.mark.parametrize(
    ("text", "secret"),
    [("file:/etc/gslb/token", Secret("file", "/etc/gslb/token")), ("env:TOKEN", Secret("env", "TOKEN"))],
)
def test_a_secret_is_named_never_written(text, secret):
    assert parse(text) == secret


@pytest.mark.parametrize("text", ["", "hunter2", "file:", "env", "vault:x"])
def test_a_secret_itself_is_refused_with_what_to_write(text):
    with pytest.raises(SecretError, match="write file:PATH or env:NAME"):
        parse(text)


def test_a_secret_is_read_from_its_file_or_the_environment(tmp_path, monkeypatch):
    (tmp_path / "token").write_text("  0123456789abcdef\n")
    monkeypatch.setenv("GSLB_TOKEN", "fedcba9876543210")

    assert read(Secret("file", str(tmp_path / "token"))) == "0123456789abcdef"
    assert read_token(Secret("env", "GSLB_TOKEN")) == b"fedcba9876543210"


def test_what_is_not_there_or_empty_or_no_text_says_so(tmp_path):
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")

    for name, reason in (("absent", "No such file"), ("empty", "empty"), ("binary", "not UTF-8")):
        with pytest.raises(SecretError, match=reason):
            read(Secret("file", str(tmp_path / name)))
    with pytest.raises(SecretError, match="env:GSLB_NO_SUCH: empty"):
        read(Secret("env", "GSLB_NO_SUCH"))


def test_a_token_too_short_is_refused_without_showing_it(tmp_path):
    (tmp_path / "token").write_text("hunter2")

    with pytest.raises(SecretError, match="too short") as refusal:
        read_token(Secret("file", str(tmp_path / "token")))
    assert "hunter2" not in str(refusal.value)
