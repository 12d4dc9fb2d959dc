"""The command line as a whole: its verbs, faults on standard error, exit statuses."""

import subprocess
import sys
from importlib import import_module

import pytest

from gslb.cli import main
from gslb.cli.main import VERBS


def test_help_tells_every_verb(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert all(f"\n    {verb}" in out for verb in VERBS)


def test_an_unknown_verb_is_wrong_input(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["frobnicate"])

    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_every_verb_has_a_module_that_adds_it():
    assert all(callable(import_module(f"gslb.cli.{module}").add) for module in VERBS.values())


def test_faults_go_to_standard_error_with_line_and_caret(tmp_path, capsys):
    (tmp_path / "gslb.yaml").write_text("gslb: 1\npoools: {}\n")

    assert main(["check", str(tmp_path / "gslb.yaml")]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path}/gslb.yaml:2:1  unknown key poools",
        "    2 | poools: {}",
        "      | ^ did you mean pools?",
    ]


def test_a_reader_that_has_seen_enough_ends_it_quietly():
    script = f"{sys.executable} -m gslb init | head -c 1"
    ended = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False, timeout=60)

    assert (ended.stdout, ended.stderr) == ("#", "")


def test_a_verb_loads_no_more_than_it_needs():
    loaded = "print(sorted({'pydantic', 'aiohttp'} & set(sys.modules)))"
    script = f"import sys; from gslb.cli import main; main(['init']); {loaded}"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert ended.stdout.splitlines()[-1] == "[]"
