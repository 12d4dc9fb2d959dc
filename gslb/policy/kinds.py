"""Every kind of node, one row each: the file that says how it chooses, and where it differs from a plain list."""

from __future__ import annotations

from collections.abc import Mapping

from gslb.model import (
    Alias,
    Failover,
    Geo,
    Geoproximity,
    Latency,
    Leaf,
    Load,
    Multivalue,
    NetworkMatch,
    Rdata,
    Simple,
    Sticky,
    Weighted,
)
from gslb.policy import (
    failover,
    geo,
    geoproximity,
    latency,
    leaf,
    load,
    multivalue,
    narrowest,
    network,
    simple,
    sticky,
    weighted,
)
from gslb.policy.kind import Kind

KINDS: Mapping[type, Kind] = {
    Leaf: Kind("endpoint", leaf.choose, health=leaf.endpoint_health),
    Rdata: Kind("rdata", leaf.choose, health=leaf.fixed_health),
    Alias: Kind("alias", leaf.choose_alias, health=leaf.fixed_health, key=leaf.alias_key),
    Simple: Kind("simple", simple.choose),
    Weighted: Kind("weighted", weighted.choose, by_prefix=weighted.by_prefix),
    Failover: Kind("failover", failover.choose, learn=failover.learn, patience=failover.patience),
    Latency: Kind(
        "latency",
        latency.choose,
        key=latency.key,
        by_place=latency.by_place,
        learn=latency.learn,
        patience=latency.patience,
    ),
    Geo: Kind("geo", geo.choose, candidates=geo.candidates, key=geo.key, by_place=narrowest.by_place),
    Geoproximity: Kind("geoproximity", geoproximity.choose, key=geoproximity.key, by_place=latency.by_place),
    NetworkMatch: Kind(
        "network", network.choose, candidates=network.candidates, key=network.key, by_place=narrowest.by_place
    ),
    Multivalue: Kind("multivalue", multivalue.choose),
    Load: Kind("load", load.choose),
    Sticky: Kind("sticky", sticky.choose, by_prefix=weighted.divides_clients),
}
