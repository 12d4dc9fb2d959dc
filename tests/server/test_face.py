"""The package's face: every name is there, and asking for one does not load the others."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import gslb.server


def imported_for_types():
    """{name: module} under `if TYPE_CHECKING:`, which is what mypy believes the face to be."""
    tree = ast.parse(Path(gslb.server.__file__).read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    return {alias.name: node.module.rpartition(".")[2] for node in block.body for alias in node.names}


def test_every_name_is_where_mypy_believes_it():
    assert imported_for_types() == gslb.server._HOMES
    assert set(gslb.server.__all__) == gslb.server._HOMES.keys()


@pytest.mark.parametrize("name", gslb.server.__all__)
def test_every_name_is_the_same_thing_however_often_it_is_asked_for(name):
    """A name that is also a module's would turn into the module once that is loaded."""
    first = getattr(gslb.server, name)

    assert first is getattr(gslb.server, name)
    assert first is getattr(import_module(f"gslb.server.{gslb.server._HOMES[name]}"), name)
    assert not isinstance(first, ModuleType)


def test_other_names_are_told_apart():
    with pytest.raises(AttributeError, match="no attribute 'Responders'"):
        _ = gslb.server.Responders


def test_a_worker_takes_up_its_inheritance_without_event_loop_http_or_dnspython():
    script = "import sys; from gslb.server import inherited; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    heavy = {"asyncio", "aiohttp", "dns", "psutil", "ctypes", "threading"}
    assert set(loaded.stdout.split()).isdisjoint(heavy | {"gslb.model"})
