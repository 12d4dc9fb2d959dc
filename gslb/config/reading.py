"""What is kept while a file is read: faults, defaults, and the nouns that are written inside others."""

from __future__ import annotations

from dataclasses import dataclass, field

from gslb.model import Collector, Defaults, Monitor, MonitorKind, Vantage


@dataclass(slots=True)
class Reading:
    """`template` has the timing of monitors where they leave it out; `monitors` are the URLs hung up without a name."""

    faults: Collector = field(default_factory=Collector)
    template: Monitor = field(default_factory=lambda: Monitor("", MonitorKind.HTTP))
    defaults: Defaults = field(default_factory=Defaults)
    regional: bool = False  # regions: is written, so that an endpoint's key names one
    monitors: dict[str, Monitor] = field(default_factory=dict)
    vantages: dict[str, Vantage] = field(default_factory=dict)
