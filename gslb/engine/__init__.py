"""The batch loops that turn packets into packets from published plans.

sockets ─► Exchange (batch, plain) ─► Worker ─┬─► HotReplies ─► answer ─► Tables (gslb.image)
                                              └─► queue to the responder
"""

from gslb.engine.answer import answer
from gslb.engine.draws import system_draws
from gslb.engine.exchange import Exchange
from gslb.engine.hot import HotReplies
from gslb.engine.loop import Worker, best_exchange
from gslb.engine.plain import Plain
from gslb.engine.query import NoAnswer

__all__ = ["Exchange", "HotReplies", "NoAnswer", "Plain", "Worker", "answer", "best_exchange", "system_draws"]
