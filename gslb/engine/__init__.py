"""The batch loops that turn packets into packets from published plans.

Worker ─► Serving, one a socket: Pure ─► Exchange (batch, plain) ─┬─► HotReplies ─► answer ─► Tables (gslb.image)
                                                                  └─► queue to the responder
"""

from gslb.engine.answer import answer
from gslb.engine.choice import Engine, choose, servings
from gslb.engine.compiled import CompiledAnswers, compiled
from gslb.engine.draws import system_draws
from gslb.engine.exchange import Exchange
from gslb.engine.hot import HotReplies
from gslb.engine.library import NotCompiledError
from gslb.engine.loop import Worker
from gslb.engine.plain import Plain
from gslb.engine.pure import best_exchange, pure_python
from gslb.engine.query import NoAnswer
from gslb.engine.sampler import Sampler, Taken
from gslb.engine.serving import MakeServings, Means, Serving

__all__ = [
    "CompiledAnswers",
    "Engine",
    "Exchange",
    "HotReplies",
    "MakeServings",
    "Means",
    "NoAnswer",
    "NotCompiledError",
    "Plain",
    "Sampler",
    "Serving",
    "Taken",
    "Worker",
    "answer",
    "best_exchange",
    "choose",
    "compiled",
    "pure_python",
    "servings",
    "system_draws",
]
