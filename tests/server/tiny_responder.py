"""A responder whose answer is the question, the way it came, and its own process number; to "slow…" it comes later."""

import asyncio
import os
import sys

from gslb.server.handover import inherited
from gslb.server.responder import Responder


def respond(request):
    answer = request.packet + (b" tcp " if request.tcp else b" udp ") + str(os.getpid()).encode()
    return asyncio.sleep(0.2, answer) if request.packet.startswith(b"slow") else answer


asyncio.run(Responder(inherited(), respond, lambda error: print(error, file=sys.stderr)).run())
