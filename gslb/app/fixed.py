"""What a running node keeps until its next start: a reload that says otherwise is told so."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from gslb.model import Listener, Model


def fixed(model: Model) -> dict[str, str]:
    """What is taken from a model at the start alone, by where it is written."""
    listen, node = model.listen, model.node
    return {
        "listen.dns": _spelled(listen.dns),
        "listen.admin": _spelled((listen.admin,) if listen.admin else ()),
        "listen.metrics": _spelled((listen.metrics,) if listen.metrics else ()),
        "node.state": node.state or "",
        "node.user": node.user or "",
        "workers": str(node.workers or "auto"),
    }


def _spelled(listeners: Iterable[Listener]) -> str:
    return ", ".join(f"{listener.host} port {listener.port}" for listener in listeners)


def write(model: Model, path: Path) -> None:
    """Keep what a node starts with, for whoever builds while it runs."""
    path.write_text(json.dumps(fixed(model)))


def unheard(model: Model, path: Path) -> tuple[str, ...]:
    """A sentence for each thing that a model says otherwise than the running node does."""
    try:
        running: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError):
        return ()
    return tuple(
        f"{key}: {wanted or 'nothing'} takes effect at the next start; until then it is {running.get(key) or 'nothing'}"
        for key, wanted in fixed(model).items()
        if wanted != running.get(key, "")
    )
