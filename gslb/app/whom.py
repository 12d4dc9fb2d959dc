"""What `gslb explain NAME --from-answer` is told: which clients get an answer, and by what path, as plain data."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from dns.rdatatype import RdataType

from gslb.app import questions
from gslb.app.refusals import Asked, refused
from gslb.nameserver import Reached, View, reached

PLACES = 50  # of each path that are told


def whom(asked: Asked, view: View) -> dict[str, Any]:
    """`{"name", "type", "answer"}`: who is answered that. Raises a refusal.

    Without a type it is that of the answer: AAAA for an IPv6 address, else A.
    """
    text = asked.text("answer").rstrip(".")
    rdtype = questions.type_of(asked.note("type") or _type(text))
    name = questions.named(asked, rdtype, view)
    found = reached(name, rdtype, (text, f"{text}."), view)
    if found is None:
        raise refused(f"no policy decides for {name.to_text(omit_final_dot=True)}: everybody is answered alike")
    steered, paths = found
    return {
        "name": name.to_text(),
        "steered": steered,
        "type": RdataType.to_text(rdtype),
        "answer": text,
        "generation": view.belief.generation,
        "paths": [_told(one) for one in paths],
    }


def _type(text: str) -> str:
    try:
        return "AAAA" if ip_address(text).version == 6 else "A"
    except ValueError:
        return "A"


def _told(one: Reached) -> dict[str, Any]:
    return {
        "share": one.share,
        "opened": one.opened,
        "steps": [
            {"path": step.path, "kind": step.kind, "chosen": step.chosen, "text": step.text, "depth": step.depth}
            for step in one.why
        ],
        "addresses": one.extent.addresses,
        "prefixes": one.extent.prefixes,
        "everybody": not one.places,
        "places": [
            {"place": place, "addresses": extent.addresses, "prefixes": extent.prefixes}
            for place, extent in one.places[:PLACES]
        ],
        "more": max(0, len(one.places) - PLACES),
    }
