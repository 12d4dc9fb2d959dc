"""Zones: where static records are written, and the names that a policy answers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from gslb.config.compose import Literal
from gslb.config.names import absolute_name
from gslb.config.policies import Node, NodeMap, node_spec
from gslb.config.reading import Reading
from gslb.config.scalars import Wrong
from gslb.config.shape import Scalar, Shape
from gslb.config.steering import ttl
from gslb.config.words import TEXT, Path, Text
from gslb.model import Steered, Word, ZoneSource


def _records(text: str) -> str:
    if "\n" in text and not isinstance(text, Literal):
        raise Wrong("records of more than one line follow a |", "write records: | and indent them below")
    return text


Records = Annotated[Word, Scalar(_records, TEXT)]


class ZoneShape(Shape):
    later: ClassVar[frozenset[str]] = frozenset({"dnssec", "transfer"})

    file: Path | None = None
    records: Records | None = None
    owner: Text | None = None
    steer: dict[Text, Node] | None = None

    def noun(self, name: str, word: Word) -> ZoneSource:
        return ZoneSource(
            name=name,
            file=self.file,
            records=self.records or "",
            records_mark=self.records.mark if self.records is not None else None,
            owner=self.owner or "",
            mark=word.mark,
        )


def steered_name(word: Word, zone: str) -> str:
    """The absolute name that is steered in a zone; raises Wrong where it stands outside, or is no name."""
    if word.endswith("."):
        raise Wrong(f"{word}: steered names are relative to their zone", "write www, *.shop, or @ for the zone itself")
    first, *rest = word.split(".")
    if ("*" in first and first != "*") or any("*" in label for label in rest):
        raise Wrong(f"{word} has its * inside", "write *.shop: the first label as a whole")
    return absolute_name(word, zone)


def steered(node: Word | NodeMap, name: str, zone: ZoneSource, word: Word, reading: Reading) -> Steered:
    """The noun of a steered name; `word` is how it is written."""
    written = None if isinstance(node, Word) else node.ttl
    return Steered(
        name=name,
        zone=zone.name,
        policy=node_spec(node, reading, root=True),
        ttl=ttl(written, reading.defaults.ttl, reading.faults),
        runbook="" if isinstance(node, Word) else node.runbook or "",
        owner=zone.owner if isinstance(node, Word) else node.owner or zone.owner,
        mark=word.mark,
    )
