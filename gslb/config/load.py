"""A configuration file, and those it includes, to a settled model - or every fault at once.

text ─► compose ─► blocks ─► files merged ─► shapes ─► nouns ─► settled ─► Model
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from pydantic import TypeAdapter

from gslb.config.compose import Block, place
from gslb.config.document import SECTIONS, DocumentShape, NamedSection
from gslb.config.files import Glob, Known, Read, gather, only_itself
from gslb.config.log import LogShape
from gslb.config.names import absolute_name
from gslb.config.node import ListenShape, NodeShape, Workers, listen
from gslb.config.notices import NotifyShape, notify
from gslb.config.operations import ControlsShape, DrainShape, SafetyShape, WindowsShape, controls
from gslb.config.places import ClientsShape
from gslb.config.policies import Node
from gslb.config.probes import ProbesShape
from gslb.config.reading import Reading
from gslb.config.scalars import Wrong, name
from gslb.config.sentinels import SentinelsShape, sentinels
from gslb.config.shape import read as shaped
from gslb.config.steering import DefaultsShape
from gslb.config.zones import ZoneShape, steered, steered_name
from gslb.model import (
    Clients,
    Collector,
    Drain,
    Fault,
    Faults,
    Model,
    Probes,
    Safety,
    Steered,
    Vantage,
    Windows,
    Word,
    ZoneSource,
    examine,
)
from gslb.model import Node as NodeNoun

T = TypeVar("T")

NAMED = frozenset({*(section.key for section in SECTIONS), "zones", "routing_controls"})
KNOWN = Known(DocumentShape.keys(), NAMED, DocumentShape.later)

_DEFAULTS = TypeAdapter(DefaultsShape)
_NODE = TypeAdapter(NodeShape)
_LISTEN: TypeAdapter[Any] = TypeAdapter(ListenShape)
_SENTINELS: TypeAdapter[Any] = TypeAdapter(SentinelsShape)
_NOTIFY: TypeAdapter[Any] = TypeAdapter(NotifyShape)
_WORKERS = TypeAdapter(Workers)
_CLIENTS = TypeAdapter(ClientsShape)
_PROBES = TypeAdapter(ProbesShape)
_DRAIN = TypeAdapter(DrainShape)
_CONTROLS: TypeAdapter[Any] = TypeAdapter(ControlsShape)
_SAFETY: TypeAdapter[Any] = TypeAdapter(SafetyShape)
_WINDOWS = TypeAdapter(WindowsShape)
_LOG = TypeAdapter(LogShape)
_ZONE = TypeAdapter(ZoneShape)
_STEERED: TypeAdapter[Any] = TypeAdapter(Node)


@dataclass(frozen=True, slots=True)
class Source:
    """A model and the text it was read from, as maps of words that know their places."""

    model: Model
    written: Block


def load(path: str, read: Read, glob: Glob = only_itself) -> Model:
    """The model that a file describes. Raises Faults: every semantic one, and the first syntax fault of each file.

    `read` gives a file's text, raising OSError; `glob` the paths that a pattern under include: stands for.
    """
    return load_source(path, read, glob).model


def load_source(path: str, read: Read, glob: Glob = only_itself) -> Source:
    """The same, with the text beside the model."""
    source, faults = survey(path, read, glob)
    if faults:
        raise Faults(*faults)
    return source


def survey(path: str, read: Read, glob: Glob = only_itself) -> tuple[Source, tuple[Fault, ...]]:
    """The source as far as it could be read, and every fault. With a fault, some steered names may have no tree."""
    faults = Collector()
    written = gather(path, read, glob, KNOWN, faults)
    model = _Loading(written, faults).model()
    return Source(model, written), tuple(faults.faults)


class _Loading:
    """The nouns of merged files. What has a fault is left out and remembered as broken, so that nobody misses it."""

    def __init__(self, written: Block, faults: Collector) -> None:
        self._written = written
        self._faults = faults
        self._reading = Reading(faults, regional="regions" in written)
        self._broken: set[tuple[str, str]] = set()

    def model(self) -> Model:
        reading = self._reading
        if defaults := self._single("defaults", _DEFAULTS):
            defaults.fill(reading)
        node = (self._single("node", _NODE) or NodeShape.blank()).noun(self._single("workers", _WORKERS) or 0)
        clients = self._single("clients", _CLIENTS)
        probes = self._single("probes", _PROBES)
        named = {section.key: self._nouns(section) for section in SECTIONS}
        zones, names = self._zones()
        drain, windows = self._single("drain", _DRAIN), self._single("windows", _WINDOWS)
        switches = controls(self._single("routing_controls", _CONTROLS) or {}, reading)
        rules = tuple(rule.noun(reading) for rule in self._single("safety", _SAFETY) or ())
        model = Model(
            node=node,
            listen=listen(self._single("listen", _LISTEN), reading),
            clients=clients.noun() if clients else Clients(),
            probes=probes.noun() if probes else Probes(),
            defaults=reading.defaults,
            notify=notify(self._single("notify", _NOTIFY), self._faults),
            sentinels=sentinels(self._single("sentinels", _SENTINELS), self._faults),
            drain=drain.noun() if drain else Drain(),
            safety=Safety(rules),
            windows=windows.noun() if windows else Windows(),
            log=(self._single("log", _LOG) or LogShape.blank()).noun(),
            routing_controls=switches,
            zones=zones,
            steered=names,
            **named | {"vantages": self._vantages(named, node), "monitors": named["monitors"] | reading.monitors},  # type: ignore[arg-type]  # each by its name
        )
        return examine(model, self._faults, frozenset(self._broken))

    def _single(self, key: str, adapter: TypeAdapter[T]) -> T | None:
        return shaped(adapter, self._written[key], self._faults, key) if key in self._written else None

    def _nouns(self, section: NamedSection) -> dict[str, Any]:
        nouns: dict[str, Any] = {}
        for word, value in _entries(self._written.get(section.key)):
            self._caught(word, partial(name, word))
            make = partial(self._made, section, word)
            noun = self._noun((section.key, word), word, section.shape, value, make)
            if noun is not None:
                nouns[word] = noun
        return nouns

    def _made(self, section: NamedSection, word: Word, shape: object) -> object:
        return section.noun(shape, word, self._reading)

    def _zones(self) -> tuple[dict[str, ZoneSource], dict[str, Steered]]:
        zones: dict[str, ZoneSource] = {}
        names: dict[str, Steered] = {}
        for word, value in _entries(self._written.get("zones")):
            apex = self._caught(word, partial(absolute_name, word))
            if apex is None:
                continue
            if apex in zones:
                self._faults.add(f"{apex} is defined twice", word.mark, f"first at {zones[apex].mark}")
            block = value if isinstance(value, Block) else Block()
            plain = block.without("steer") if isinstance(value, Block) else value
            make = partial(ZoneShape.noun, name=apex, word=word)
            zone = self._noun(("zones", apex), word, _ZONE, plain, make)
            zones |= {apex: zone} if zone else {}
            self._steer(block.get("steer", Block()), zone or ZoneSource(apex), names)
        return zones, names

    def _steer(self, names: object, zone: ZoneSource, found: dict[str, Steered]) -> None:
        if not isinstance(names, Block):
            self._faults.add("steer: a map of names is expected here", place(names), "write www: {failover: [...]}")
        for word, value in _entries(names):
            absolute = self._caught(word, partial(steered_name, word, zone.name))
            if absolute is None:
                continue
            if absolute in found:
                self._faults.add(f"{absolute} is steered twice", word.mark, f"first at {found[absolute].mark}")
            make = partial(steered, name=absolute, zone=zone, word=word, reading=self._reading)
            noun = self._noun(("steered", absolute), word, _STEERED, value, make)
            if noun is not None:
                found.setdefault(absolute, noun)

    def _vantages(self, named: dict[str, Any], node: NodeNoun) -> dict[str, Vantage]:
        """Those written, and those of regions; the node itself where there are none."""
        vantages: dict[str, Vantage] = dict(named["vantages"])
        for name_, vantage in self._reading.vantages.items():
            if name_ in vantages:
                self._faults.add(f"{name_} is a vantage already", vantage.mark, f"first at {vantages[name_].mark}")
            vantages.setdefault(name_, vantage)
        if "vantages" not in self._written and not vantages:
            return {node.name: Vantage(node.name, region=node.region)}
        return {
            key: replace(each, region=key) if each.region is None and key in named["regions"] else each
            for key, each in vantages.items()
        }

    def _noun(
        self, key: tuple[str, str], word: Word, shape: TypeAdapter[Any], value: object, make: Callable[[Any], T]
    ) -> T | None:
        """The noun of a value, if it can be made without a fault; else its key is broken."""
        written = shaped(shape, value, self._faults, word)
        before = len(self._faults)
        noun = None if written is None else self._caught(word, partial(make, written))
        if noun is not None and len(self._faults) == before:
            return noun
        self._broken.add((key[0], str(key[1])))
        return None

    def _caught(self, word: Word, make: Callable[[], T]) -> T | None:
        """What is made; None, with a fault, where the word is wrong."""
        try:
            return make()
        except Wrong as wrong:
            self._faults.add(wrong.message, wrong.mark or word.mark, wrong.hint)
            return None


def _entries(section: object) -> Iterator[tuple[Word, object]]:
    return section.entries() if isinstance(section, Block) else iter(())
