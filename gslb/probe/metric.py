"""What a Prometheus server's answer says of an endpoint: every value must keep the monitor's bound.

A server that does not answer, or not as one, says nothing about the endpoint: no observation follows.
"""

from __future__ import annotations

import json
from math import isnan
from typing import Any

from gslb.model import Monitor, NoData
from gslb.probe.result import Result, Unable, bad, good, plain

LARGEST = 32 << 10  # octets of an answer


def values(body: bytes, status: int, host: str) -> list[float]:
    """The values in an answer of the query API. Raises Unable for anything else."""
    if len(body) > LARGEST:
        raise Unable(f"{host}: an answer of more than 32 KiB; let the query aggregate")
    try:
        found: Any = json.loads(body)
        if found["status"] != "success":
            raise Unable(plain(f"{host}: {found.get('error') or found['status']}"))
        data = found["data"]
        match data["resultType"]:
            case "scalar":
                return [float(data["result"][1])]
            case "vector":
                return [float(sample["value"][1]) for sample in data["result"]]
            case other:
                raise Unable(plain(f"{host}: the query gives a {other}; write one that gives a value"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as fault:
        raise Unable(f"{host}: HTTP {status}, and no answer of a Prometheus server") from fault


def judged(found: list[float], monitor: Monitor) -> Result:
    """Whether every value keeps the bound; not a number is no value. Raises Unable where no data is no word."""
    known = [value for value in found if not isnan(value)]
    if not known:
        match monitor.no_data:
            case NoData.UP:
                return good("no data, which counts as up")
            case NoData.DOWN:
                return bad("no data")
            case NoData.KEEP:
                raise Unable("no data")
    bound = monitor.passes
    broken = [value for value in known if not bound.holds(value)]
    return bad(f"{broken[0]:g}, not {bound}") if broken else good(f"{known[0]:g}, {bound}")
