"""Monitors: `probe:` a URL, `push:` a heartbeat, or calculated from others, and the timing they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2s
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Discriminator, Field, Tag

from gslb.config.reading import Reading
from gslb.config.scalars import Wrong
from gslb.config.shape import LATER, Kinds, OneOrMany, Scalar, Shape
from gslb.config.words import Count, Flag, InitialWord, PositiveSeconds, QuorumWord, SecretWord, Text
from gslb.model import Calculated, CalculatedKind, Collector, Monitor, MonitorKind, Word, did_you_mean, mark_of

KINDS = Kinds(
    "monitor",
    {"probe": "<probe>", "push": "<push>", "all": "<calculated>", "any": "<calculated>", "of": "<calculated>"},
    later=("exec", "metric", "balancer"),
)
SCHEMES = ("http", "https", "tcp")
SCHEMES_LATER = ("grpc", "tls", "dns", "icmp", "udp")
TIMING = ("interval", "timeout", "confirm_interval", "rise", "fall", "quorum", "initial")
HTTP_ONLY = ("method", "headers", "credentials", "status", "body", "verify")
TCP_ONLY = ("send", "expect")


def url(text: str) -> Monitor:
    """`https://www.example.com:8443/health`, `tcp://:443`: a monitor called by its URL, with the timing of nouns."""
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)", text)
    if not found:
        raise Wrong(f"{text} is no URL to probe", "write https://HOST/PATH or tcp://:PORT")
    scheme, authority, path = found[1], found[2], found[3]
    if scheme in SCHEMES_LATER:
        raise Wrong(f"{scheme}: {LATER}", mark=mark_of(text))
    if scheme not in SCHEMES:
        raise Wrong(f"{scheme} is no way to probe", did_you_mean(scheme, SCHEMES) or f"known: {', '.join(SCHEMES)}")
    if "@" in authority:
        raise Wrong("a secret is never written here", "write credentials: file:PATH beside probe:")
    parts = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]*)(?::([0-9]{1,5}))?", authority)
    port = int(parts[2]) if parts and parts[2] else None
    if not parts or (port is not None and not 0 < port < 65_536):
        raise Wrong(f"{authority} is no host and port", "write HOST or HOST:PORT")
    kind = MonitorKind(scheme)
    if kind is not MonitorKind.TCP and not parts[1]:
        raise Wrong(
            f"{text} names no host",
            f"write {scheme}://HOST{path}, as in the Host header",
        )
    if kind is MonitorKind.TCP and path not in ("", "/"):
        raise Wrong(f"tcp has no path {path}", "write tcp://:PORT, with send: and expect: beside it")
    path = path if path.startswith("/") else f"/{path}"
    return Monitor(text, kind, parts[1], port, path, mark=mark_of(text))


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


Url = Annotated[Monitor, Scalar(url, {"type": "string", "pattern": "^(https?|tcp)://"})]
Codes = Annotated[tuple[int, int], Scalar(codes, {"type": ["integer", "string"]})]
Method = Annotated[str, Scalar(method, {"type": "string", "pattern": "^[A-Z]+$"})]


class TimingShape(Shape):
    """When to probe and how to judge; what is left out comes from defaults."""

    interval: PositiveSeconds | None = None
    timeout: PositiveSeconds | None = None
    confirm_interval: PositiveSeconds | None = None
    rise: Count | None = None
    fall: Count | None = None
    quorum: QuorumWord | None = None
    initial: InitialWord | None = None

    def timed(self, monitor: Monitor, template: Monitor, faults: Collector) -> Monitor:
        """The monitor with the timing that is written here, and the template's for the rest."""
        if self.timeout is not None and self.timeout > (self.interval or template.interval):
            faults.add("timeout is above interval", self.where("timeout"), "a probe ends before the next begins")
        written = {key: getattr(self, key) for key in TIMING if getattr(self, key) is not None}
        return timed(monitor, replace(template, **written))


class ProbeShape(TimingShape):
    later: ClassVar[frozenset[str]] = frozenset({"tls", "expires_in", "effect"})

    probe: Url
    method: Method | None = None
    headers: dict[Text, Text] | None = None
    credentials: SecretWord | None = None
    status: Annotated[tuple[Codes, ...], OneOrMany()] | None = None
    body: Text | None = None
    verify: Flag | None = None
    send: Text | None = None
    expect: Text | None = None

    def noun(self, name: Word, reading: Reading) -> Monitor:
        target = self.probe
        for key in TCP_ONLY if target.kind is not MonitorKind.TCP else HTTP_ONLY:
            if self.wrote(key):
                reading.faults.add(f"{key}: a {target.kind.value} probe has none", self.where(key))
        if self.wrote("verify") and target.kind is MonitorKind.HTTP:
            reading.faults.add("verify: an http probe has no certificate", self.where("verify"), "write https://")
        for key in self.headers or ():
            if key.lower() == "authorization":
                hint = "write credentials: file:PATH, holding the whole value"
                reading.faults.add("a secret is never written here", key.mark, hint)
        written = {key: getattr(self, key) for key in (*HTTP_ONLY, *TCP_ONLY) if getattr(self, key) is not None}
        written["headers"] = tuple((str(key), str(value)) for key, value in (self.headers or {}).items())
        monitor = self.timed(target, reading.template, reading.faults)
        return finish(replace(monitor, name=name, mark=name.mark, **written))


class PushShape(Shape):
    push: SecretWord
    every: PositiveSeconds
    grace: PositiveSeconds | None = None
    initial: InitialWord | None = None

    def noun(self, name: Word, reading: Reading) -> Monitor:
        return finish(
            Monitor(
                name,
                MonitorKind.PUSH,
                token=self.push,
                every=self.every,
                grace=self.every if self.grace is None else self.grace,
                initial=self.initial or reading.template.initial,
                mark=name.mark,
            )
        )


Members = Annotated[list[Text], Field(min_length=1)]


class CalculatedShape(Shape):
    everyone: Annotated[Members | None, Field(alias="all")] = None
    someone: Annotated[Members | None, Field(alias="any")] = None
    of: Members | None = None
    at_least: Count | None = None
    invert: Flag = False

    def noun(self, name: Word, reading: Reading) -> Monitor:
        members = self.everyone or self.someone or self.of or []
        kind = CalculatedKind.ALL if self.everyone else CalculatedKind.ANY if self.someone else CalculatedKind.COUNT
        if (self.at_least is None) is (kind is CalculatedKind.COUNT):
            reading.faults.add(
                "at_least: and of: go together", self.where("at_least"), "write {at_least: 2, of: [a, b, c]}"
            )
        if self.at_least is not None and self.at_least > len(members):
            message = f"at_least: {self.at_least} of {len(members)} can never be"
            reading.faults.add(message, self.where("at_least"))
        calculated = Calculated(kind, tuple(members), self.at_least or 0, self.invert)
        return finish(Monitor(name, MonitorKind.CALCULATED, calculated=calculated, mark=name.mark))


MonitorShape = Annotated[
    Annotated[Url, Tag("<text>")]
    | Annotated[ProbeShape, Tag("<probe>")]
    | Annotated[PushShape, Tag("<push>")]
    | Annotated[CalculatedShape, Tag("<calculated>")],
    Discriminator(KINDS.tag),
    BeforeValidator(KINDS.check),
]


def monitor(shape: Monitor | ProbeShape | PushShape | CalculatedShape, name: Word, reading: Reading) -> Monitor:
    """The noun of what stands under a name in `monitors:`."""
    if isinstance(shape, Monitor):
        return finish(replace(timed(shape, reading.template), name=name, mark=name.mark))
    return shape.noun(name, reading)


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


def timed(monitor: Monitor, template: Monitor) -> Monitor:
    """The monitor with the timing of the template; a probe ends before the next begins."""
    timing = {key: getattr(template, key) for key in TIMING}
    return replace(monitor, **timing | {"timeout": min(template.timeout, template.interval)})


def finish(monitor: Monitor) -> Monitor:
    """With the digest of all that changes what an observation means: how often it is made does not."""
    calculated = monitor.calculated
    means = (
        monitor.kind.value,
        monitor.host,
        monitor.port,
        monitor.path,
        monitor.method,
        monitor.headers,
        monitor.status,
        monitor.body,
        monitor.verify,
        monitor.send,
        monitor.expect,
        monitor.timeout,
        monitor.every,
        monitor.grace,
        *((secret.source, secret.name) if secret else () for secret in (monitor.credentials, monitor.token)),
        (calculated.kind.value, calculated.members, calculated.amount, calculated.inverted) if calculated else (),
    )
    return replace(monitor, digest=blake2s(repr(means).encode(), digest_size=8).hexdigest())
