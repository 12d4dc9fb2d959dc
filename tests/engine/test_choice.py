"""The best engine there is runs, unless another is asked for."""

import pytest

from gslb.engine import library
from gslb.engine.choice import Engine, choose, servings
from gslb.engine.library import NotCompiledError


@pytest.mark.parametrize(
    ("wanted", "runs"),
    [(Engine.AUTO, Engine.COMPILED), (Engine.COMPILED, Engine.COMPILED), (Engine.PYTHON, Engine.PYTHON)],
)
def test_the_compiled_engine_runs_where_it_was_built(wanted, runs):
    assert choose(wanted) is runs
    assert servings(wanted).__qualname__.startswith("compiled") == (runs is Engine.COMPILED)


@pytest.fixture
def unbuilt(tmp_path, monkeypatch):
    """The library is not where it was."""
    monkeypatch.setattr(library.open_library, "__defaults__", (tmp_path / "library.so",))


@pytest.mark.parametrize("wanted", [Engine.AUTO, Engine.PYTHON])
def test_without_it_python_answers(unbuilt, wanted):
    assert choose(wanted) is Engine.PYTHON
    assert not servings(wanted).__qualname__.startswith("compiled")


def test_without_it_asking_for_it_is_an_error_in_words(unbuilt):
    with pytest.raises(NotCompiledError, match="takes a C compiler"):
        choose(Engine.COMPILED)
