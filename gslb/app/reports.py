"""The judge's HTTP side: what remote vantages fetch and report, and heartbeats of push monitors."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from gslb.control import Event
from gslb.health import Observation
from gslb.model import Model
from gslb.server import Bound, Inheritance


class NodeSide:
    """Serves the admin listener, where there is one."""

    def __init__(self, listening: Bound | None, heard: Callable[..., None], put: Callable[[Event], None]) -> None:
        self._listening = listening
        self._heard, self._put = heard, put
        self._runner: web.AppRunner | None = None

    def adopt(self, model: Model) -> None:
        """Tell vantages of a new model from now on."""

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


def node_side(inheritance: Inheritance, heard: Callable[..., None], put: Callable[[Event], None]) -> NodeSide:
    """On the socket that the supervisor handed over, if it did."""
    listening = Bound(inheritance.named_socket("admin")) if "admin" in inheritance.named else None
    return NodeSide(listening, heard, put)


__all__ = ["NodeSide", "Observation", "node_side"]
