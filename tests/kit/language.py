"""Configuration text for tests: a `§` stands where a fault is expected to point; the text is read without it."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from gslb.config import load, load_source
from gslb.config.load import Source
from gslb.model import Fault, Faults, Model

FILE = "gslb.yaml"

WEB = """\
gslb: 1
regions:
  eu-west: {at: FRA}
  us-east: {at: IAD}
pools:
  web: {endpoints: {eu-west: [192.0.2.1, "2001:db8::1"], us-east: 192.0.2.2}}
  other: {endpoints: {eu-west: 192.0.2.3}}
"""


def zone(*steer: str) -> str:
    """A zone with steered names, a line each."""
    records = "zones:\n  example.com:\n    records: '@ 1d NS ns.example.net.'\n    steer:\n"
    return records + "".join(f"      {line}\n" for line in steer)


def files(text: str, others: Mapping[str, str] | None = None) -> Mapping[str, str]:
    return {FILE: text, **(others or {})}


def source(text: str, others: Mapping[str, str] | None = None) -> Source:
    texts = files(text, others)

    def read(path: str) -> str:
        if path not in texts:
            raise FileNotFoundError(2, "No such file or directory")
        return texts[path]

    return load_source(
        path=FILE, read=read, glob=lambda pattern: [path for path in texts if PurePath(path).match(pattern)]
    )


def model(text: str, others: Mapping[str, str] | None = None) -> Model:
    return source(text, others).model


def faults(text: str, others: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """The faults of a text; none where it loads."""
    try:
        source(text, others)
    except Faults as found:
        return found.faults
    return ()


def told(text: str) -> tuple[list[str], list[str]]:
    """What a text with `§` expects, and what is told: `line:column`s, and `line:column message | hint`s."""
    places = []
    for found in re.finditer("§", text):
        before = text[: found.start()].replace("§", "")
        places.append(f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}")
    said = [
        f"{fault.mark.line}:{fault.mark.column} {fault.message}" + (f" | {fault.hint}" if fault.hint else "")
        for fault in faults(text.replace("§", ""))
        if fault.mark is not None
    ]
    return places, said


def expect(text: str, *messages: str) -> None:
    """The text has these faults and no others, each at its `§`; a message is `what is wrong | what to write`."""
    places, said = told(text)

    assert said == [f"{place} {message}" for place, message in zip(places, messages, strict=True)]


__all__ = ["FILE", "WEB", "expect", "faults", "load", "model", "source", "told", "zone"]
