"""What resolvers keep: which caches ask for a name, what a TTL costs and buys with them, and which one to choose.

traced queries ─► trace ─► share, population: caches and how busy they are ─┐
detection, promise, budget ─────────────────────────────────────────────────┴─► tuning ─► advising: a TTL a name
caches: load, hit rate and failover time under a TTL      detecting: what faster detection would buy
"""

from gslb.caching.advising import promised, unkept
from gslb.caching.caches import DECIDE_AND_PUBLISH, EXTENDING, Cache, Forecast, Population, delay, forecast, load
from gslb.caching.detecting import Faster, faster
from gslb.caching.population import Measured, Populations, populations_from_json, populations_to_json
from gslb.caching.tuning import Tuned, Tuning

__all__ = [
    "DECIDE_AND_PUBLISH",
    "EXTENDING",
    "Cache",
    "Faster",
    "Forecast",
    "Measured",
    "Population",
    "Populations",
    "Tuned",
    "Tuning",
    "delay",
    "faster",
    "forecast",
    "load",
    "populations_from_json",
    "populations_to_json",
    "promised",
    "unkept",
]
