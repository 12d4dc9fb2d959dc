"""What a node and a remote vantage send each other, as JSON: checks to carry out one way, observations the other.

    GET  /v1/checks        -> {"digest", "targets": [{check, kind, port, host, path, …}]}
    POST /v1/observations  <- {"observations": [[sequence, [monitor, endpoint, address], digest, ok, ago, took, why]],
                               "once": [[id, ok or null, took, why]]}
                           -> {"checks": digest of the list that the node wants probed,
                               "once": [[id, [monitor, endpoint, address], digest]]}
                           -> 409 {"session", "epoch"} when the node knows another session, or a later request

`ago` is how many seconds before sending the probe ended: clocks are never compared. Reasons are padded to one
length, so a report of failures is as long as one of successes. `once` is there only while somebody asks for a probe
(see once). Unknown fields are ignored, so that nodes may be upgraded before vantages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from gslb.health import Observation
from gslb.model import Bound, Check, Monitor, MonitorKind, NoData, Relation
from gslb.probe.once import Asking, Outcome
from gslb.probe.result import LONGEST, plain
from gslb.probe.target import Target

CHECKS, OBSERVATIONS = "/v1/checks", "/v1/observations"
LARGEST_BODY = 4 << 20  # octets of a batch
LARGEST_LIST = 64 << 20  # octets of a list of checks
MOST = 2_000  # observations in a batch; each takes less than a KiB, or two


class WireError(ValueError):
    """What came over the wire is not what is written above; the text says where."""


@dataclass(frozen=True, slots=True)
class CheckList:
    """A list of checks as it is sent, and the digest it is known by."""

    digest: str
    body: bytes


M = TypeVar("M", bound=BaseModel)
LOCAL = frozenset({MonitorKind.EXEC})  # what a node's word never starts on another machine
PORTED = frozenset(kind.value for kind in MonitorKind if kind.has_port)
PROBED = frozenset(kind.value for kind in MonitorKind if kind.probed and kind not in LOCAL)

Word = Annotated[str, Field(max_length=4_096)]
Seconds = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=0, lt=1 << 63)]
Name = tuple[Word, Word, Word]  # monitor, endpoint, address


class _Target(BaseModel):
    """A target on the wire: all of a monitor that probing needs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    check: Name
    kind: Word
    port: Annotated[int, Field(ge=0, le=65_535)]
    region: Word = ""
    authorization: Word | None
    monitor_port: Annotated[int, Field(ge=1, le=65_535)] | None
    host: Word
    path: Word
    method: Word
    headers: tuple[tuple[Word, Word], ...]
    status: tuple[tuple[int, int], ...]
    body: Word | None
    verify: bool
    send: Word | None
    expect: Word | None
    follow: Annotated[int, Field(ge=0, le=10)] = 0
    tls: bool = False
    certificate: Word | None = None
    expires_in: Seconds = 0.0
    warns: bool = False
    rdtype: Word = "A"
    recursive: bool = False
    query: Word = ""
    at: Word = ""
    relation: Relation = Relation.AT_LEAST
    limit: float = 1.0
    no_data: NoData = NoData.KEEP
    interval: Annotated[Seconds, Field(ge=0.1)]
    timeout: Annotated[Seconds, Field(ge=0.001)]
    confirm_interval: Seconds
    fall: Annotated[int, Field(ge=1, le=1_000)]
    digest: Word

    @field_validator("port")
    @classmethod
    def _there_where_needed(cls, port: int, info: ValidationInfo) -> int:
        if not port and info.data.get("kind") in PORTED:
            raise ValueError("is missing")
        return port


SAME = tuple({field.name for field in fields(Monitor)} & _Target.model_fields.keys() - {"kind", "port"})
"""What a monitor and a target on the wire both have, and mean the same by."""


class _List(BaseModel):
    digest: Word
    targets: tuple[_Target, ...]


Reason = Annotated[str, Field(max_length=4 * LONGEST)]
_Observation = tuple[Whole, Name, Word, bool, Seconds, Seconds, Reason]
_Outcome = tuple[Word, bool | None, Seconds, Reason]
_Asking = tuple[Word, Name, Word]


class _Batch(BaseModel):
    observations: Annotated[tuple[_Observation, ...], Field(max_length=MOST)]
    once: Annotated[tuple[_Outcome, ...], Field(max_length=MOST)] = ()


class Wanted(BaseModel):
    """A node's answer to a batch: the digest of the list it wants probed, and what it wants probed once."""

    checks: Word
    once: Annotated[tuple[_Asking, ...], Field(max_length=MOST)] = ()

    @property
    def askings(self) -> tuple[Asking, ...]:
        return tuple(Asking(id_, Check(*name), digest) for id_, name, digest in self.once)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a vantage says at once."""

    observations: tuple[Observation, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


class Elsewhere(BaseModel):
    """A node's answer to a request it does not take: its session, and the latest epoch it knows of this vantage."""

    session: Word
    epoch: Annotated[int, Field(ge=-1, lt=1 << 62)]


def list_of(targets: Iterable[Target]) -> CheckList:
    """The list of checks to send; equal targets in any order are the same list."""
    sent = (target for target in targets if target.monitor.kind not in LOCAL)
    spelled = [_spelled(target) for target in sorted(sent, key=lambda target: (target.check, target.monitor.digest))]
    digest = blake2b(json.dumps(spelled, sort_keys=True).encode(), digest_size=12).hexdigest()
    return CheckList(digest, json.dumps({"digest": digest, "targets": spelled}, separators=(",", ":")).encode())


def targets_in(body: bytes) -> tuple[str, tuple[Target, ...]]:
    """The digest and targets of a list, without kinds not known here. WireError: it is no list."""
    found = _read(_List, body)
    return found.digest, tuple(_target(one) for one in found.targets if one.kind in PROBED)


def batch_of(observations: Sequence[Observation], now: float, outcomes: Iterable[Outcome] = ()) -> bytes:
    """A batch to send at monotonic `now`."""
    rows = [
        (
            one.sequence,
            (one.check.monitor, one.check.endpoint, one.check.address),
            one.digest,
            int(one.ok),
            round(max(0.0, now - one.at), 3),
            round(one.took, 3),
            f"{one.reason:<{LONGEST}}",
        )
        for one in observations
    ]
    said: dict[str, object] = {"observations": rows}
    once = [(one.id, one.ok, round(one.took, 3), plain(one.reason)) for one in outcomes]
    return _spell(said | ({"once": once} if once else {}))


def batch_in(body: bytes, vantage: str, epoch: int, now: float) -> Batch:
    """A batch that came from a vantage at monotonic `now`. WireError: it is none."""
    found = _read(_Batch, body)
    return Batch(
        tuple(
            Observation(vantage, epoch, sequence, Check(*name), digest, ok, plain(reason), now - ago, took)
            for sequence, name, digest, ok, ago, took, reason in found.observations
        ),
        tuple(Outcome(id_, ok, plain(reason), took) for id_, ok, took, reason in found.once),
    )


def wanted_of(checks: str, askings: Iterable[Asking] = ()) -> bytes:
    """A node's answer to a batch."""
    once = [(one.id, (one.check.monitor, one.check.endpoint, one.check.address), one.digest) for one in askings]
    return _spell({"checks": checks} | ({"once": once} if once else {}))


def _spell(said: object) -> bytes:
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()


def wanted_in(body: bytes) -> Wanted:
    return _read(Wanted, body)


def elsewhere_in(body: bytes) -> Elsewhere:
    return _read(Elsewhere, body)


def _read(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = "/".join(map(str, first["loc"])) or "body"
        raise WireError(f"{place}: {first['msg']}") from None


def _spelled(target: Target) -> dict[str, object]:
    monitor = target.monitor
    return _Target(
        check=(target.check.monitor, target.check.endpoint, target.check.address),
        kind=monitor.kind.value,
        port=target.port,
        region=target.region,
        authorization=target.authorization,
        monitor_port=monitor.port,
        relation=monitor.passes.relation,
        limit=monitor.passes.limit,
        **{name: getattr(monitor, name) for name in SAME},
    ).model_dump(mode="json")


def _target(one: _Target) -> Target:
    monitor = Monitor(
        name=one.check[0],
        kind=MonitorKind(one.kind),
        port=one.monitor_port,
        passes=Bound(one.relation, one.limit),
        **{name: getattr(one, name) for name in SAME},
    )
    return Target(Check(*one.check), monitor, one.port, one.authorization, one.region)
