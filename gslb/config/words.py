"""The kinds of words a configuration is made of, each with its reader and with what editors are told of it."""

from __future__ import annotations

from typing import Annotated

from gslb.config import names, scalars
from gslb.config.shape import OneOrMany, Scalar
from gslb.model import Failback, Initial, LastResort, Quorum, Secret, Word

DURATION = {
    "type": "string",
    "pattern": r"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d|w))+$",
    "description": "a duration with its unit: 500ms, 30s, 10m, 2h, 7d",
}
TEXT = {"type": ["string", "number", "boolean"]}  # what other readers of YAML may make of plain text
STRING = {"type": "string"}


def _numbers(low: int, high: int) -> Scalar:
    return Scalar(scalars.whole(low, high), {"type": "integer", "minimum": low, "maximum": high})


def _choice(*words: str) -> Scalar:
    return Scalar(scalars.one_of(*words), {"enum": list(words)})


def _pattern(pattern: str, description: str) -> dict[str, str]:
    return {"type": "string", "pattern": pattern, "description": description}


def _last_resort(text: str) -> LastResort:
    return LastResort(scalars.one_of("open", "closed", "last_good")(text))


def _failback(text: str) -> Failback:
    return Failback({"auto": 0.0, "manual": None}[scalars.one_of("auto", "manual")(text)])


def _initial(text: str) -> Initial:
    return Initial(scalars.one_of("wait", "up", "down")(text))


SHARE = _pattern(r"^[0-9]+(\.[0-9]+)?%$", "a share: 15%")
QUORUM = {"anyOf": [{"enum": list(scalars.QUORUMS)}, {"type": "integer", "minimum": 1}, SHARE]}
PLACE = _pattern(r"^([A-Z]{3}|[+-]?[0-9.]+, *[+-]?[0-9.]+)$", "an airport's code (FRA) or LAT,LON")

Version = Annotated[str, Scalar(scalars.one_of("1"), {"const": 1})]
Text = Annotated[Word, Scalar(lambda text: text, TEXT)]
VersionText = Annotated[Word, Scalar(scalars.octets(255), TEXT)]  # a character-string (RFC 1035, section 3.3)
IdentityText = Annotated[Word, Scalar(scalars.octets(190), TEXT)]  # as NSID, with it every answer still fits 512 octets
Texts = Annotated[list[Text], OneOrMany()]
Name = Annotated[Word, Scalar(scalars.name, _pattern(r"^(?!x-)[A-Za-z0-9_][A-Za-z0-9_.-]*$", "a name"))]
Path = Annotated[Word, Scalar(scalars.relative, STRING)]
Paths = Annotated[list[Path], OneOrMany()]
TypeWord = Annotated[str, Scalar(names.steerable_type, _pattern("^[A-Z][A-Z0-9]*$", "a record type: SRV, TXT, MX"))]
SecretWord = Annotated[Secret, Scalar(scalars.secret, _pattern("^(file|env):.+$", "where a secret is kept"))]

Seconds = Annotated[float, Scalar(scalars.duration, DURATION)]
PositiveSeconds = Annotated[float, Scalar(scalars.positive_duration, DURATION)]
TtlSeconds = Annotated[int, Scalar(scalars.ttl_seconds, DURATION)]
Fraction = Annotated[float, Scalar(scalars.share, SHARE)]
RATE = _pattern(r"^[0-9]+(\.[0-9]+)?[kMG]?/s$", "a rate: 500/s, 20k/s")
Rate = Annotated[float, Scalar(scalars.rate, RATE)]
PositiveRate = Annotated[float, Scalar(scalars.positive_rate, RATE)]

Count = Annotated[int, _numbers(1, 1_000_000)]
Weight = Annotated[int, _numbers(0, 65_535)]
Bias = Annotated[int, _numbers(-99, 99)]
Answers = Annotated[int, _numbers(1, 8)]

Flag = Annotated[bool, Scalar(scalars.flag, {"type": "boolean"})]
Allow = Annotated[str, _choice("allow")]
ByClient = Annotated[str, _choice("client")]
Locate = Annotated[str, _choice("ecs", "resolver")]
LastResortWord = Annotated[LastResort, Scalar(_last_resort, {"enum": ["open", "closed", "last_good"]})]
FailbackWord = Annotated[Failback, Scalar(_failback, {"enum": ["auto", "manual"]})]
InitialWord = Annotated[Initial, Scalar(_initial, {"enum": ["wait", "up", "down"]})]
QuorumWord = Annotated[Quorum, Scalar(scalars.quorum, QUORUM)]

Position = Annotated[str, Scalar(scalars.position, PLACE)]
Country = Annotated[str, Scalar(scalars.country, _pattern("^[A-Z]{2}$", "a country (ISO 3166-1)"))]
