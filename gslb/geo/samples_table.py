"""Round trips as a CSV: what `gslb latency import` reads and `gslb latency export` writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gslb.geo.samples import Sample, SampleSource, client_prefix, round_trip_ms, sample_weight
from gslb.geo.table import Line, read_table
from gslb.model import Fault, Faults, Network

COLUMNS = ("client", "region", "milliseconds", "count", "time", "source")

Known = tuple[Network, str, SampleSource, float, float, float]  # see Estimator.export


def write_samples(known: Iterable[Known]) -> str:
    """A row for each histogram: its median and count, which is what is left of its samples."""
    lines = (
        f"{prefix},{region},{median:.4g},{count:.6g},{latest:.0f},{source.value}"
        for prefix, region, source, median, count, latest in known
        if count >= 0.01
    )
    return "\n".join((",".join(COLUMNS), *lines, ""))


def read_samples(text: str, file: str, now: float) -> tuple[Sample, ...]:
    """The samples of a CSV; raises every fault found, each at file:line:column.

    The header names the columns, any of COLUMNS: client (an address or a prefix), region and milliseconds among them.
    `count` (1): how many samples a row stands for; `time` (now): seconds since 1970; `source`: application, balancer.
    """
    lines, broken = read_table(text, file, COLUMNS)
    faults = list(broken)
    found: list[Sample] = []
    for line in lines:
        try:
            found.append(_sample(line, now))
        except Faults as wrong:
            faults.extend(wrong.faults)
    if faults:
        raise Faults(*sorted(faults, key=lambda fault: (fault.mark.line, fault.mark.column) if fault.mark else (0, 0)))
    return tuple(found)


def _sample(line: Line, now: float) -> Sample:
    faults: list[Fault] = []
    default: dict[str, object] = {"count": 1.0, "time": now, "source": SampleSource.APPLICATION}

    def value(column: str, read: Callable[[str], object]) -> Any:
        field = line.fields.get(column)
        if field is None and column not in default:
            faults.append(Fault(f"no {column}", line.mark, f"write it in the column {column}"))
        elif field is not None:
            try:
                return read(field.text)
            except ValueError as error:
                faults.append(Fault(str(error), field.mark))
        return default.get(column)

    found = {column: value(column, read) for column, read in _READERS.items()}
    if faults:
        raise Faults(*faults)
    return Sample(
        found["region"], found["client"], found["milliseconds"], found["source"], found["time"], found["count"]
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None


def _moment(text: str) -> float:
    found = _number(text)
    if not 0 <= found < 1e11:
        raise ValueError(f"{text} are no seconds since 1970")
    return found


def _source(text: str) -> SampleSource:
    try:
        return SampleSource(text)
    except ValueError:
        raise ValueError(f"unknown source {text!r}: write application or balancer") from None


_READERS: Mapping[str, Callable[[str], object]] = {
    "client": client_prefix,
    "region": str,
    "milliseconds": lambda text: round_trip_ms(_number(text)),
    "count": lambda text: sample_weight(_number(text)),
    "time": _moment,
    "source": _source,
}
