"""The house rules that a machine can keep. Floors and purity live in pyproject.toml (import-linter)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "gslb").rglob("*.py"))
MODULES = [path for path in SOURCES if not path.name.startswith("__")]
MAX_LINES = 400


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_fits_in_one_head(path):
    assert len(path.read_text().splitlines()) < MAX_LINES


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_opens_with_what_it_is_for(path):
    first_line = (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n")[0]

    assert first_line.endswith("."), "say in one sentence what this file is for"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_has_its_own_test(path):
    inside = path.relative_to(ROOT / "gslb")

    assert (ROOT / "tests" / inside.parent / f"test_{inside.name}").exists()


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_neighbour_is_met_at_its_face(path):
    """gslb.zone.tree is imported only inside gslb.zone; everyone else says gslb.zone."""
    home = path.relative_to(ROOT / "gslb").parts[0]
    targets = [
        target
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom | ast.Import)
        for target in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if target and target.startswith("gslb.")
    ]

    assert [target for target in targets if target.count(".") > 1 and target.split(".")[1] != home] == []
