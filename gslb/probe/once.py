"""One probe for whoever asks now: what a node asks of its vantages, beside the timetable, and what they find.

    node     Askings.ask ─► in every reply to the vantage, until it is answered or given up
    vantage  Errands.take ─► one probe each ─► in every batch, until the node asks no longer

Both sides say again until the other has heard, so a lost request or reply costs half a second and nothing else. What is
found is told to whoever asked and is no observation: how soon a verdict can turn, and with it every TTL, is reckoned
from the time that lies between two probes of the timetable, and nobody should take an endpoint out by asking often.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from gslb.model import Check
from gslb.probe.result import Result, Unable
from gslb.probe.target import Target

AT_ONCE = 32  # probes that a vantage makes at once for one node that asks


@dataclass(frozen=True, slots=True)
class Asking:
    """One probe that is wanted, of a check under the monitor with this digest."""

    id: str
    check: Check
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `ok` None: the probe could not be made. `took` is in seconds."""

    id: str
    ok: bool | None
    reason: str
    took: float = 0.0


async def probe_once(probe: Callable[[Target], Awaitable[Result]], target: Target, id_: str = "") -> Outcome:
    """Probe a target now; never raises."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    try:
        result = await probe(target)
    except Unable as fault:
        return Outcome(id_, None, str(fault), loop.time() - started)
    except Exception as fault:  # noqa: BLE001 - whoever asks is told
        return Outcome(id_, None, f"probe failed: {fault!r}", loop.time() - started)
    return Outcome(id_, result.ok, result.reason, loop.time() - started)


class Askings:
    """A node's side: what each vantage is asked now."""

    def __init__(self) -> None:
        self._open: dict[str, dict[str, tuple[Asking, asyncio.Future[Outcome]]]] = defaultdict(dict)

    async def ask(self, vantage: str, target: Target, within: float) -> Outcome | None:
        """What a vantage finds; None where it does not say so within so many seconds."""
        asking = Asking(secrets.token_hex(8), target.check, target.monitor.digest)
        found: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._open[vantage][asking.id] = asking, found
        try:
            return await asyncio.wait_for(found, within)
        except TimeoutError:
            return None
        finally:
            del self._open[vantage][asking.id]

    def of(self, vantage: str) -> tuple[Asking, ...]:
        """What a vantage is still to be asked."""
        return tuple(asking for asking, found in self._open[vantage].values() if not found.done())

    def answered(self, vantage: str, outcomes: Iterable[Outcome]) -> None:
        """Take in what a vantage found; what nobody asked it for is passed over."""
        for outcome in outcomes:
            _, found = self._open[vantage].get(outcome.id, (None, None))
            if found is not None and not found.done():
                found.set_result(outcome)


class Errands:
    """A vantage's side, for one node: what it is asked for now, and what it found."""

    def __init__(self) -> None:
        self._found: dict[str, Outcome | None] = {}  # None: under way

    def take(self, asked: Iterable[Asking]) -> tuple[Asking, ...]:
        """What is to be begun, of all that is asked now. What is asked no longer is forgotten, and was heard."""
        wanted = {asking.id: asking for asking in asked}
        self._found = {id_: outcome for id_, outcome in self._found.items() if id_ in wanted}
        room = AT_ONCE - sum(outcome is None for outcome in self._found.values())
        new = [asking for id_, asking in wanted.items() if id_ not in self._found][: max(0, room)]
        self._found |= dict.fromkeys((asking.id for asking in new), None)
        return tuple(new)

    def done(self, outcome: Outcome) -> None:
        """One has come to its end."""
        if outcome.id in self._found:
            self._found[outcome.id] = outcome

    def outcomes(self) -> tuple[Outcome, ...]:
        """What is to be said."""
        return tuple(outcome for outcome in self._found.values() if outcome is not None)
