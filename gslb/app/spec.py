"""What `gslb serve` was asked to serve: a configuration file, or zones and addresses without one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from glob import glob
from pathlib import Path

import dns.exception
import dns.name

from gslb.app.survey import settled
from gslb.engine import Engine
from gslb.model import Fault, Faults, Listen, Listener, Model, Put, ZoneSource, apply


def find(pattern: str) -> Iterable[str]:
    """The paths that a pattern under include: stands for; a path without wildcards stands for itself, there or not."""
    return glob(pattern) if any(sign in pattern for sign in "*?[") else (pattern,)  # noqa: PTH207 - patterns are text


def read_text(path: str) -> str:
    """A file's text, UTF-8."""
    return Path(path).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Spec:
    """`config` is a file's path; or `zones` are (name, path) and `listen` are addresses as written."""

    config: str | None = None
    zones: tuple[tuple[str, str], ...] = ()
    listen: tuple[str, ...] = ()
    engine: Engine = Engine.AUTO

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Spec:
        data = json.loads(text)
        zones = tuple((name, path) for name, path in data["zones"])
        return Spec(data["config"], zones, tuple(data["listen"]), Engine(data.get("engine", Engine.AUTO)))

    def model(self, read: Callable[[str], str], look_up: Callable[[str], Iterable[str]] = find) -> Model:
        """The model asked for; Faults with all that is wrong, in the files it names too if there is anything.

        `look_up` gives the paths a pattern stands for.
        """
        return settled(self.config, read, look_up) if self.config is not None else bare(self.zones, self.listen)


def bare(zones: tuple[tuple[str, str], ...], listen: tuple[str, ...]) -> Model:
    """A model of zones from master files and nothing else."""
    faults: list[Fault] = []
    batch: list[Put] = []
    for written, path in zones:
        try:
            name = dns.name.from_text(written).canonicalize().to_text()
        except dns.exception.DNSException:
            faults.append(Fault(f"{written!r} is no zone name", hint="write --zone example.com=path/to/file"))
            continue
        batch.append(Put("zones", name, ZoneSource(name, file=path)))
    listeners: list[Listener] = []
    for text in listen:
        host, _, port = text.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65_535:
            faults.append(Fault(f"{text!r} is no address", hint="write --listen 127.0.0.1:5300 or [::1]:5300"))
        else:
            listeners.append(Listener(host.strip("[]"), int(port)))
    if len({name for name, _ in zones}) < len(zones):
        faults.append(Fault("a zone is given twice", hint="give each --zone once"))
    if faults:
        raise Faults(*faults)
    batch.append(Put("listen", "", Listen(tuple(listeners))))
    return apply(Model(), tuple(batch), 0)[0]
