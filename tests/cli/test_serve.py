"""`gslb serve` refuses wrong input in words and with exit status 2, before anything listens."""

import pytest

from gslb.cli import main
from gslb.engine import library


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve"], "give a configuration file, or --zone"),
        (["serve", "a.yaml", "--zone", "example.com=x"], "give a configuration file, or --zone"),
        (["serve", "a.yaml", "--listen", "127.0.0.1:5300"], "--listen goes with --zone"),
        (["serve", "--zone", "example.com"], "write --zone example.com=path/to/file"),
        (["serve", "--zone", "example.com=x", "--listen", "localhost"], "--listen 127.0.0.1:5300"),
        (["serve", "--zone", "a..b=x", "--listen", "127.0.0.1:5300"], "no zone name"),
        (["serve", "there-is-no-such.yaml"], "there-is-no-such.yaml"),
    ],
)
def test_wrong_input_is_refused(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert main(words) == 2
    assert said in capsys.readouterr().err


def test_the_faults_of_a_configuration_are_told_with_their_place(tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text("gslb: 1\nlisten: 127.0.0.1:5300\npolls: {}\n")

    assert main(["serve", str(tmp_path / "bad.yaml")]) == 2
    assert "bad.yaml:3:1" in (said := capsys.readouterr().err)
    assert "did you mean pools?" in said


def test_an_engine_that_was_not_built_is_refused_before_anything_listens(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(library.open_library, "__defaults__", (tmp_path / "library.so",))

    assert main(["serve", "--zone", "example.com=x", "--engine", "compiled"]) == 2
    assert "--engine compiled: it was not built" in capsys.readouterr().err
