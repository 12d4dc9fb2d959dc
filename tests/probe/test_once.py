"""One probe for whoever asks: both sides say again until the other has heard, and nothing is probed or told twice."""

import asyncio

from gslb.model import Check, MonitorKind
from gslb.probe import Result, Unable, probe_once
from gslb.probe.once import AT_ONCE, Asking, Askings, Errands, Outcome
from kit.backends import target

READY = target(MonitorKind.HTTP, 80, digest="d1")


def asking(number):
    return Asking(f"id{number}", Check("ready", f"web/{number}", "192.0.2.1"), "d1")


def found(number):
    return Outcome(f"id{number}", ok=True, reason="200 OK", took=0.1)


async def test_a_probe_says_what_it_found_or_why_it_could_not_be_made():
    async def good(_):
        return Result(ok=True, reason="200 OK")

    async def unable(_):
        raise Unable("no ICMP socket")

    async def broken(_):
        raise ValueError("bad header")

    assert (await probe_once(good, READY, "a")).reason == "200 OK"
    assert [(one.ok, one.reason) for one in (await probe_once(unable, READY), await probe_once(broken, READY))] == [
        (None, "no ICMP socket"),
        (None, "probe failed: ValueError('bad header')"),
    ]


async def test_a_vantage_is_asked_until_it_has_answered():
    askings = Askings()
    waiting = asyncio.create_task(askings.ask("eu", READY, 20))
    await asyncio.sleep(0)
    (asked,) = askings.of("eu")
    assert askings.of("eu") == (asked,)
    assert askings.of("us") == ()
    assert (asked.check, asked.digest) == (READY.check, "d1")

    askings.answered("us", [Outcome(asked.id, ok=False, reason="not mine to answer")])
    askings.answered("eu", [Outcome("guess", ok=False, reason="nobody asked")])
    assert askings.of("eu") == (asked,)
    askings.answered("eu", [Outcome(asked.id, ok=True, reason="200 OK")] * 2)

    assert (await waiting).reason == "200 OK"
    assert askings.of("eu") == ()


async def test_who_does_not_answer_in_time_is_no_longer_asked():
    askings = Askings()

    assert await askings.ask("eu", READY, 0.01) is None

    assert askings.of("eu") == ()


def test_what_is_asked_again_and_again_is_begun_once_and_said_until_it_is_asked_no_longer():
    errands = Errands()
    assert errands.take([asking(1), asking(2)]) == (asking(1), asking(2))
    assert errands.take([asking(1), asking(2)]) == ()
    assert errands.outcomes() == ()

    errands.done(found(1))
    assert errands.outcomes() == (found(1),)
    assert errands.take([asking(1), asking(2)]) == ()  # the node has not heard it: the batch was lost
    assert errands.outcomes() == (found(1),)
    assert errands.take([asking(2)]) == ()
    assert errands.outcomes() == ()

    assert errands.take([]) == ()
    errands.done(found(2))  # given up meanwhile
    assert errands.outcomes() == ()


def test_no_more_are_under_way_than_a_vantage_can_bear():
    errands, wanted = Errands(), [asking(number) for number in range(AT_ONCE + 5)]
    assert len(errands.take(wanted)) == AT_ONCE

    errands.done(found(0))

    assert errands.take(wanted) == (asking(AT_ONCE),)
