"""A start builds nothing when nothing has changed since the last, and notices whatever has."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from gslb.app import Folders, Spec
from gslb.app.builder import make
from gslb.app.inputs import Inputs, Recorder, resumed, signature

CONFIG = """\
gslb: 1
include: ["conf.d/*.yaml"]
listen: "127.0.0.1:5300"
zones:
  example.com:
    file: example.com.zone
"""
ZONE = "@ 1h SOA ns1 host 1 2 3 4 5\n@ 1h NS ns1\nns1 1h A 192.0.2.53\n$INCLUDE more\n"


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "gslb.yaml").write_text(CONFIG)
    (tmp_path / "example.com.zone").write_text(ZONE)
    (tmp_path / "more").write_text("www 1h A 192.0.2.1\n")
    return tmp_path


@pytest.fixture
def spec() -> Spec:
    return Spec("gslb.yaml")


@pytest.fixture
def folders(place, spec) -> Folders:
    """A state directory after a first start."""
    folders = Folders(place / "state")
    folders.make()
    folders.adopt(make(folders, spec, 1e9).digest)
    return folders


def test_a_start_with_everything_as_it_was_takes_the_build_in_use(folders, spec):
    assert resumed(folders, spec).digest == folders.adopted()


@pytest.mark.parametrize("path", ["gslb.yaml", "example.com.zone", "more"])
def test_a_changed_file_is_noticed_even_at_the_same_length(folders, spec, place, path):
    text = (place / path).read_text()
    (place / path).write_text(text.replace("1", "2", 1))

    assert resumed(folders, spec) is None


@pytest.mark.parametrize("path", ["gslb.yaml", "example.com.zone", "more"])
def test_a_file_that_went_is_noticed(folders, spec, place, path):
    (place / path).unlink()

    assert resumed(folders, spec) is None


def test_a_new_file_that_a_pattern_finds_is_noticed(folders, spec, place):
    (place / "conf.d" / "extra.yaml").write_text("x-note: {}\n")

    assert resumed(folders, spec) is None


def test_the_same_words_said_in_another_folder_mean_other_files(folders, spec, place, monkeypatch):
    monkeypatch.chdir(place / "conf.d")

    assert resumed(folders, spec) is None


def test_another_configuration_is_noticed(folders, place):
    (place / "other.yaml").write_text(CONFIG)

    assert resumed(folders, Spec("other.yaml")) is None


@pytest.mark.parametrize("kind", ["snapshots", "images"])
def test_what_was_written_and_is_gone_is_built_again(folders, spec, kind):
    for path in (folders.state / kind).iterdir():
        path.unlink()

    assert resumed(folders, spec) is None


def test_a_build_that_was_never_adopted_is_not_taken(folders, spec):
    folders.adopt("0" * 32)

    assert resumed(folders, spec) is None


def test_another_release_of_the_program_builds_again(folders, spec):
    known = Inputs.read(folders.inputs)
    module = next(path for path in known.files if path.endswith("gslb/zone/tree.py"))
    replace(known, files={**known.files, module: (1, 2, 3)}).write(folders.inputs)

    assert resumed(folders, spec) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"snapshot": 1}', "\xff"])
def test_a_file_that_says_nothing_is_as_good_as_none(folders, spec, text):
    folders.inputs.write_text(text)

    assert Inputs.read(folders.inputs) is None
    assert resumed(folders, spec) is None


def test_nothing_is_taken_before_the_first_build(place, spec):
    assert resumed(Folders(place / "empty"), spec) is None


def test_warnings_are_said_again(folders, spec):
    replace(Inputs.read(folders.inputs), warnings=("unwise",)).write(folders.inputs)

    assert resumed(folders, spec).warnings == ("unwise",)


def test_what_changes_while_it_is_read_shows_as_changed(place):
    """The signature is of before the text is read, so it can only be too old."""
    recorder = Recorder()
    path = place / "more"
    before = signature(path)
    recorder.read(str(path))
    os.utime(path, ns=(1, 1))

    assert recorder.files[str(path)] == before != signature(path)


def test_a_build_covers_files_that_it_noted_and_that_are_what_they_were(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    recorder = Recorder()
    recorder.note(one)
    inputs = Inputs("", "", recorder.files, {})

    assert inputs.covers([str(one)])
    assert not inputs.covers([str(one), str(other)])
    one.write_text("12")
    assert not inputs.covers([str(one)])
