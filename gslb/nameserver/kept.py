"""What a resolver keeps of an answer of ours: for which steered name and clients, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network

from dns.rdatatype import RdataType

from gslb.image import outcomes
from gslb.nameserver.execute import scope
from gslb.nameserver.plan import consult, finish
from gslb.nameserver.query import CLASS_CH, Query
from gslb.nameserver.respond import Client, locate, place, where
from gslb.nameserver.view import View


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry of a cache: `steered` is the name as in the model, `question` the name and type it is kept under.

    `prefix` is the client prefix it holds for, "" for all clients. `ttl` None: the next draw may say another than this.
    """

    steered: str
    question: str
    prefix: str
    ttl: int | None


def kept(query: Query, client: Client, view: View) -> Kept | None:
    """What is kept of the answer; None for what no policy chose, and where it is nothing or more than one rrset."""
    question = query.question
    if query.rcode is not None or question is None or question.rdclass == CLASS_CH:
        return None
    drafted = consult(question.name, question.rdtype, view, lambda sender: locate(query, client, view, sender))
    if drafted is None or not drafted.steered:
        return None
    answers = [sections.answer for sections in outcomes(drafted.selector)]
    if any(len(answer) != 1 for answer in answers):
        return None
    seconds = {record.ttl for (record,) in answers}
    prefix, subnet = "", query.subnet
    if subnet is not None:
        plan = finish(drafted, question.name)
        width = scope(plan.scoping, subnet, where(plan, query, client, view), outcomes(plan.selector)[0])
        address, _ = place(subnet, client)
        prefix = str(ip_network(f"{address}/{width}", strict=False)) if width else ""
    name = question.name.to_text().lower()
    rdtype = RdataType.to_text(RdataType.make(question.rdtype))
    return Kept(drafted.steered, f"{name} {rdtype}", prefix, seconds.pop() if len(seconds) == 1 else None)
