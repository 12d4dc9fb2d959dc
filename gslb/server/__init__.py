"""Sockets and processes: supervisor, UDP, TCP and the responder.

    serve ── open_sockets ── become ── Supervisor(Launch…).run()          holds everything, answers nothing
                                           │  Handover
             ┌─────────────────────────────┼────────────────────────────┐
    worker: inherited()        responder: Responder(…).run()        control: HttpServer, lifetime(…)
                                  ├─ Datagrams  what workers pass on
                                  └─ TcpServer ── Stream

Names are loaded when they are first asked for: a worker takes up its inheritance and loads no event loop.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gslb.server.bound import Bound
    from gslb.server.children import child_preexec, spawn
    from gslb.server.datagrams import Datagrams
    from gslb.server.events import Note, Slot
    from gslb.server.handover import Handover, Inheritance, inherited
    from gslb.server.http import HttpServer, Pages
    from gslb.server.life import lifetime
    from gslb.server.privileges import become
    from gslb.server.rehearsal import Rehearsal
    from gslb.server.responder import QUEUE, Responder
    from gslb.server.sockets import Sockets, open_queue, open_sockets, open_tcp
    from gslb.server.stream import Reply, Request, Respond, TcpLimits
    from gslb.server.succession import Legacy, own_command
    from gslb.server.supervisor import Launch, Supervisor
    from gslb.server.tcp import TcpServer

_HOMES = {
    "Bound": "bound",
    "Datagrams": "datagrams",
    "Handover": "handover",
    "HttpServer": "http",
    "Inheritance": "handover",
    "Launch": "supervisor",
    "Legacy": "succession",
    "Note": "events",
    "Pages": "http",
    "QUEUE": "responder",
    "Rehearsal": "rehearsal",
    "Reply": "stream",
    "Request": "stream",
    "Respond": "stream",
    "Responder": "responder",
    "Slot": "events",
    "Sockets": "sockets",
    "Supervisor": "supervisor",
    "TcpLimits": "stream",
    "TcpServer": "tcp",
    "become": "privileges",
    "child_preexec": "children",
    "inherited": "handover",
    "lifetime": "life",
    "open_queue": "sockets",
    "open_sockets": "sockets",
    "open_tcp": "sockets",
    "own_command": "succession",
    "spawn": "children",
}

__all__ = [
    "QUEUE",
    "Bound",
    "Datagrams",
    "Handover",
    "HttpServer",
    "Inheritance",
    "Launch",
    "Legacy",
    "Note",
    "Pages",
    "Rehearsal",
    "Reply",
    "Request",
    "Respond",
    "Responder",
    "Slot",
    "Sockets",
    "Supervisor",
    "TcpLimits",
    "TcpServer",
    "become",
    "child_preexec",
    "inherited",
    "lifetime",
    "open_queue",
    "open_sockets",
    "open_tcp",
    "own_command",
    "spawn",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
