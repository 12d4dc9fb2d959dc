"""Monitors of every kind, and those that probe: a URL, a program, a metric."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from gslb.config.calculated import CalculatedShape
from gslb.config.guards import DependentShape
from gslb.config.heard import BalancerShape, ControlShape, NoDataWord, PushShape
from gslb.config.reading import Reading
from gslb.config.scalars import Wrong, one_of, whole
from gslb.config.shape import Kinds, OneOrMany, Scalar, Shape, form
from gslb.config.timing import TimingShape, finish, timed
from gslb.config.urls import SCHEMES, url
from gslb.config.words import Flag, Path, Seconds, SecretWord, Text
from gslb.model import Bound, Monitor, MonitorKind, NoData, Relation, Word

KINDS = Kinds(
    "monitor",
    {
        "probe": "<probe>",
        "exec": "<exec>",
        "metric": "<metric>",
        "push": "<push>",
        "control": "<control>",
        "balancer": "<balancer>",
        "all": "<calculated>",
        "any": "<calculated>",
        "of": "<calculated>",
    },
)
HTTP = ("method", "headers", "credentials", "status", "body", "follow")
OPTIONS: Mapping[MonitorKind, tuple[str, ...]] = {
    MonitorKind.HTTP: HTTP,
    MonitorKind.HTTPS: (*HTTP, "verify"),
    MonitorKind.TCP: ("send", "expect"),
    MonitorKind.TLS: ("verify", "expires_in", "effect"),
    MonitorKind.DNS: ("expect", "recurse"),
    MonitorKind.ICMP: (),
    MonitorKind.GRPC: ("tls", "verify", "credentials"),
}
"""What may be written beside a probe's URL, besides its timing."""


def codes(text: str) -> tuple[int, int]:
    """`200` or `200-299`: the first and the last status that is well."""
    found = re.fullmatch(r"([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?", text)
    if not found or int(found[2] or found[1]) < int(found[1]):
        raise Wrong(f"{text} is no HTTP status", "write 200 or 200-299")
    return int(found[1]), int(found[2] or found[1])


def method(text: str) -> str:
    if not re.fullmatch(r"[A-Z]+", text):
        raise Wrong(f"{text} is no HTTP method", "write GET, HEAD or POST")
    return str(text)


def bound(text: str) -> Bound:
    """`< 0.05`: what a value must keep for its endpoint to be up."""
    found = re.fullmatch(r"(<=?|>=?|==|!=)\s*([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(%?)", text)
    try:
        if found:
            return Bound(Relation(found[1]), float(found[2]) / (100 if found[3] else 1))
    except ValueError:
        pass
    raise Wrong(f"{text} is no bound", "write < 0.05, >= 1 or == 0")


def server(text: str) -> str:
    """The URL of a Prometheus server."""
    if not re.fullmatch(r"https?://[^/?#@\s]+(/[^?#\s]*)?", text):
        raise Wrong(f"{text} is no URL of a Prometheus server", "write http://HOST:9090")
    return str(text).rstrip("/")


def effect(text: str) -> bool:
    """Whether what is found only warns."""
    return one_of("down", "warn")(text) == "warn"


def program(words: list[Word]) -> tuple[str, ...]:
    """A command as its words, the first of which is a path."""
    if not words or not words[0].startswith("/"):
        hint = "write [/usr/lib/nagios/plugins/check_disk, -w, 10%]"
        raise Wrong("a program is named by its whole path", hint, mark=words[0].mark if words else None)
    return tuple(map(str, words))


Url = Annotated[Monitor, Scalar(url, {"type": "string", "pattern": f"^({'|'.join(SCHEMES)})://"})]
BoundWord = Annotated[Bound, Scalar(bound, {"type": "string", "pattern": r"^(<=?|>=?|==|!=) *[+-]?[0-9.]+"})]
Server = Annotated[str, Scalar(server, {"type": "string", "pattern": "^https?://"})]
Effect = Annotated[bool, Scalar(effect, {"enum": ["down", "warn"]})]
Redirects = Annotated[int, Scalar(whole(0, 10), {"type": "integer", "minimum": 0, "maximum": 10})]
Codes = Annotated[tuple[int, int], Scalar(codes, {"type": ["integer", "string"]})]
Method = Annotated[str, Scalar(method, {"type": "string", "pattern": "^[A-Z]+$"})]


class TlsShape(Shape):
    """How grpc speaks TLS: with a client certificate and its key, a PEM file where the probe runs."""

    client: Path


TlsWord = Annotated[
    Annotated[Flag, Tag("<text>")] | Annotated[TlsShape, Tag("<map>")],
    Discriminator(form),
]


def _a(word: str) -> str:
    return f"an {word}" if word.startswith(("http", "icmp")) else f"a {word}"


class ProbeShape(TimingShape, DependentShape):
    probe: Url
    method: Method | None = None
    headers: dict[Text, Text] | None = None
    credentials: SecretWord | None = None
    status: Annotated[tuple[Codes, ...], OneOrMany()] | None = None
    body: Text | None = None
    follow: Redirects | None = None
    verify: Flag | None = None
    send: Text | None = None
    expect: Text | None = None
    expires_in: Seconds | None = None
    effect: Effect | None = None
    recurse: Flag | None = None
    tls: TlsWord | None = None

    def noun(self, name: Word, reading: Reading) -> Monitor:
        target = self.probe
        for key in dict.fromkeys(key for options in OPTIONS.values() for key in options):
            if self.wrote(key) and key not in OPTIONS[target.kind]:
                message, hint = f"{key}: {_a(target.kind.value)} probe has none", ""
                if key == "verify" and target.kind is MonitorKind.HTTP:
                    message, hint = "verify: an http probe has no certificate", "write https://"
                reading.faults.add(message, self.where(key), hint)
        for key in self.headers or ():
            if key.lower() == "authorization":
                hint = "write credentials: file:PATH, holding the whole value"
                reading.faults.add("a secret is never written here", key.mark, hint)
        monitor = self.timed(target, reading.template, reading.faults)
        return finish(replace(monitor, name=name, mark=name.mark, **self._written_options()))

    def _written_options(self) -> dict[str, Any]:
        """What is written beside the URL, by the names that nouns have for it."""
        same = ("method", "credentials", "status", "body", "follow", "verify", "send", "expect", "expires_in")
        options: dict[str, Any] = {key: getattr(self, key) for key in same if getattr(self, key) is not None}
        options["headers"] = tuple((str(key), str(value)) for key, value in (self.headers or {}).items())
        options["warns"] = bool(self.effect)
        options["recursive"] = bool(self.recurse)
        if self.tls is not None:
            options["tls"] = self.tls is not False
            options["certificate"] = self.tls.client if isinstance(self.tls, TlsShape) else None
        return options


class ExecShape(TimingShape, DependentShape):
    exec: Annotated[list[Text], OneOrMany(), Field(min_length=1)]

    def noun(self, name: Word, reading: Reading) -> Monitor:
        made = Monitor(name, MonitorKind.EXEC, command=program(self.exec), mark=name.mark)
        return finish(self.timed(made, reading.template, reading.faults))


class MetricShape(TimingShape, DependentShape):
    metric: Text
    at: Server
    up: BoundWord
    no_data: NoDataWord | None = None
    credentials: SecretWord | None = None

    def noun(self, name: Word, reading: Reading) -> Monitor:
        made = Monitor(
            name,
            MonitorKind.METRIC,
            query=str(self.metric),
            at=self.at,
            passes=self.up,
            no_data=self.no_data or NoData.KEEP,
            credentials=self.credentials,
            mark=name.mark,
        )
        return finish(self.timed(made, reading.template, reading.faults))


MonitorShape = Annotated[
    Annotated[Url, Tag("<text>")]
    | Annotated[ProbeShape, Tag("<probe>")]
    | Annotated[ExecShape, Tag("<exec>")]
    | Annotated[MetricShape, Tag("<metric>")]
    | Annotated[PushShape, Tag("<push>")]
    | Annotated[ControlShape, Tag("<control>")]
    | Annotated[BalancerShape, Tag("<balancer>")]
    | Annotated[CalculatedShape, Tag("<calculated>")],
    Discriminator(KINDS.tag),
    BeforeValidator(KINDS.check),
]


def monitor(
    shape: Monitor | ProbeShape | ExecShape | MetricShape | PushShape | ControlShape | BalancerShape | CalculatedShape,
    name: Word,
    reading: Reading,
) -> Monitor:
    """The noun of what stands under a name in `monitors:`."""
    if isinstance(shape, Monitor):
        return finish(replace(timed(shape, reading.template), name=name, mark=name.mark))
    return replace(shape.noun(name, reading), depends_on=tuple(shape.depends_on or ()))


def hang(words: Iterable[Word] | None, reading: Reading) -> tuple[str, ...]:
    """The names of monitors as hung on a noun; a URL becomes a monitor called by its text."""
    names = tuple(words or ())
    for word in names:
        if "://" in word and word not in reading.monitors:
            try:
                reading.monitors[word] = finish(timed(url(word), reading.template))
            except Wrong as wrong:
                reading.faults.add(wrong.message, word.mark, wrong.hint)
    return names
