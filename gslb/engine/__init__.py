"""The batch loops that turn packets into packets from published plans.

Worker ─► Serving, one a socket: Vectors ─► Batch ─┬─► HotReplies
                                 (or Plain)        ├─► answer ─► Tables (gslb.image)
                                                   └─► queue to the responder
"""

from gslb.engine.answer import answer
from gslb.engine.choice import Engine, choose, servings
from gslb.engine.compiled import CompiledAnswers, compiled
from gslb.engine.draws import system_draws
from gslb.engine.library import NotCompiledError
from gslb.engine.loop import Worker
from gslb.engine.plain import plain
from gslb.engine.pure import pure_python
from gslb.engine.query import NoAnswer
from gslb.engine.sampler import Sampler, Taken
from gslb.engine.serving import MakeServings, Means, Serving
from gslb.engine.streams import CompiledStreams, PureStreams, Streams, streams

__all__ = [
    "CompiledAnswers",
    "CompiledStreams",
    "Engine",
    "MakeServings",
    "Means",
    "NoAnswer",
    "NotCompiledError",
    "PureStreams",
    "Sampler",
    "Serving",
    "Streams",
    "Taken",
    "Worker",
    "answer",
    "choose",
    "compiled",
    "plain",
    "pure_python",
    "servings",
    "streams",
    "system_draws",
]
