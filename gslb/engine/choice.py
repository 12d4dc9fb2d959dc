"""Which engine answers: the compiled one where it was built, else the one in pure Python; the answers are the same."""

from __future__ import annotations

from enum import StrEnum

from gslb.engine.compiled import compiled
from gslb.engine.library import NotCompiledError, open_library
from gslb.engine.pure import pure_python
from gslb.engine.serving import MakeServings


class Engine(StrEnum):
    """What `gslb serve --engine` takes; AUTO is no engine but the best one there is."""

    AUTO = "auto"
    PYTHON = "python"
    COMPILED = "compiled"


def choose(wanted: Engine) -> Engine:
    """The engine that will run. Raises NotCompiledError, in words for people, when just the compiled one would do."""
    if wanted is Engine.PYTHON:
        return Engine.PYTHON
    try:
        open_library()
    except NotCompiledError:
        if wanted is Engine.COMPILED:
            raise
        return Engine.PYTHON
    return Engine.COMPILED


def servings(engine: Engine) -> MakeServings:
    """What makes the servings of a worker with this engine. Raises NotCompiledError where there is no compiled one."""
    return compiled() if choose(engine) is Engine.COMPILED else pure_python()
