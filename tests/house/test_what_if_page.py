"""What the page about what-if questions shows is what the commands say."""

import re
from pathlib import Path

import pytest

from gslb.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "what-if.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def shown():
    """Each command of the last console block, and the lines under it."""
    for part in re.split(r"^\$ ", blocks("console")[-1], flags=re.MULTILINE)[1:]:
        command, *lines = part.strip().split("\n")
        yield command, lines


@pytest.mark.parametrize(("command", "lines"), list(shown()))
def test_the_commands_say_what_the_page_shows(tmp_path, monkeypatch, capsys, command, lines):
    (tmp_path / "gslb.yaml").write_text(blocks("yaml")[-1])
    (tmp_path / "demand.csv").write_text(blocks("csv")[0])
    monkeypatch.chdir(tmp_path)

    status = main(command.split()[1:])

    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == lines
    assert status == any(line.startswith("trouble") for line in lines)
