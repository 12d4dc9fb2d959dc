"""What a resolver keeps of an answer of ours: for which steered name and clients, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network

import dns.name
from dns.rdatatype import RdataType

from gslb.image import Body, Constant, Scoping, outcomes
from gslb.nameserver.execute import Plan, scope
from gslb.nameserver.plan import consult
from gslb.nameserver.query import CLASS_CH, Query
from gslb.nameserver.respond import Client, locate, place, where
from gslb.nameserver.view import View

AT_ONCE = 50
REMEMBERED = 4_096  # answers
Asked = tuple[dns.name.Name, int]
NOTHING = Constant(Body(b"", 0))
ANSWERED = Body(b"", 0, answers=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry of a cache: `steered` is the name as in the model, `question` the name and type it is kept under.

    `prefix` is the client prefix it holds for, "" for all clients. `ttl` None: the next draw may say another than this.
    """

    steered: str
    question: str
    prefix: str
    ttl: int | None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is answered: from which name, for how long (None: that differs), and how its clients differ."""

    steered: str = ""
    one: bool = False  # an answer of one rrset
    ttl: int | None = None
    scoping: Scoping = Scoping()  # noqa: RUF009 - frozen
    places: str | None = None


class Keeping:
    """Tells what is kept of each answer; what it has found out in this view, for this class of clients, it remembers.

    Answers take a while to work out. Where views change faster than that, at most `AT_ONCE` are worked out anew in
    each, and of others what held before is told.
    """

    def __init__(self) -> None:
        self._view: View | None = None
        self._left = 0
        self._clients: dict[Asked, _Answer] = {}  # any of its answers: how clients differ is the same for all
        self._known: dict[tuple[Asked, int], tuple[View, _Answer]] = {}

    def kept(self, query: Query, client: Client, view: View) -> Kept | None:
        """None for what no policy chose, and where it is nothing or more than one rrset."""
        question = query.question
        if query.rcode is not None or question is None or question.rdclass == CLASS_CH:
            return None
        if view is not self._view:
            if self._view is None or view.world is not self._view.world or len(self._known) > REMEMBERED:
                self._known.clear()
                self._clients.clear()
            self._view, self._left = view, AT_ONCE
        asked = question.name, question.rdtype
        if asked not in self._clients:
            self._clients[asked] = _answer(query, client, view)
        like = self._clients[asked]
        if not like.steered:
            return None
        at = where(Plan(NOTHING, like.scoping, like.places), query, client, view)
        answer = self._of((asked, at.class_), query, client, view)
        width = scope(like.scoping, query.subnet, at, ANSWERED) if query.subnet is not None else 0
        address, _ = place(query.subnet, client)
        name, rdtype = question.name.to_text().lower(), RdataType.to_text(RdataType.make(question.rdtype))
        prefix = str(ip_network(f"{address}/{width}", strict=False)) if width else ""
        return Kept(like.steered, f"{name} {rdtype}", prefix, answer.ttl) if answer.one else None

    def _of(self, key: tuple[Asked, int], query: Query, client: Client, view: View) -> _Answer:
        seen, answer = self._known.get(key, (None, _Answer()))
        if seen is None or (seen is not view and self._left > 0):
            self._left -= 1
            answer = _answer(query, client, view)
            self._known[key] = view, answer
        return answer


def _answer(query: Query, client: Client, view: View) -> _Answer:
    question = query.question
    if question is None:
        return _Answer()
    drafted = consult(question.name, question.rdtype, view, lambda sender: locate(query, client, view, sender))
    if drafted is None or not drafted.steered:
        return _Answer()
    answers = [sections.answer for sections in outcomes(drafted.selector)]
    one = all(len(answer) == 1 for answer in answers)
    seconds = {record.ttl for answer in answers for record in answer}
    ttl = seconds.pop() if len(seconds) == 1 else None
    return _Answer(drafted.steered, one, ttl, drafted.scoping, drafted.places)
