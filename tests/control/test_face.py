"""The package's face names what it says, loads it late, and keeps it what it is."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import gslb.control


def test_every_name_is_where_mypy_believes_it():
    tree = ast.parse(Path(gslb.control.__file__).read_text())
    believed = {
        alias.name: node.module.removeprefix("gslb.control.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith("gslb.control.")
        for alias in node.names
    }

    assert believed == gslb.control._HOMES
    assert sorted(believed) == sorted(gslb.control.__all__)


@pytest.mark.parametrize("name", gslb.control.__all__)
def test_every_name_is_the_same_thing_however_often_it_is_asked_for(name):
    """A name that is also a module's would turn into the module once that is loaded."""
    first = getattr(gslb.control, name)

    assert first is getattr(gslb.control, name)
    assert first is getattr(import_module(f"gslb.control.{gslb.control._HOMES[name]}"), name)
    assert not isinstance(first, ModuleType)


def test_a_name_that_is_not_there_is_said_so():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = gslb.control.nothing


def test_a_journal_costs_no_policies_and_no_parser():
    """The supervisor writes one, and has to start soon."""
    script = "import sys, gslb.control; gslb.control.Journal; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()

    assert "gslb.control.journal" in loaded
    assert not {"gslb.nameserver", "gslb.policy", "gslb.zone", "prometheus_client"} & set(loaded)
