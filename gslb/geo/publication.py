"""Which measured round trips are published: sure enough, and no noise - what is published stays until it is wrong.

    estimates ──► entries ── revise: keep what still holds ──► entries ── rows: neighbours that say the same in one

A republication makes clients move and caches ask anew, so an entry (all regions of one prefix, AS or country) is kept
as it was published unless
    a region came or went                            something is known that was not
    a round trip moved by more than MOVED            and by more than twice its error
    another region is the best by more than MARGIN   and by more than the error of both
    an error has halved                              it may count for more now
An entry is published from LEAST_COUNT samples on (a group's from LEAST_MEMBERS prefixes), and goes with half of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import nlargest
from math import exp, hypot, log

from gslb.geo.estimator import Estimate, Estimator, Group, Known
from gslb.geo.measured import MeasuredRow
from gslb.model import Network

LEAST_COUNT = 2.0
LEAST_MEMBERS = 4  # prefixes of a group: fewer are no AS and no country
MOST_ERROR = 0.5
MOVED = 0.2
MARGIN = 0.1
ALIKE = 0.25  # neighbours in one row are that near to each other
MOST_ENTRIES = 10_000  # prefixes; trees over many regions may get a class of clients for each
STEPS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)  # what errors are rounded up to

Entry = Mapping[str, MeasuredRow]  # by region
Entries = dict[Network | Group, Entry]


def revise(published: Mapping[Network | Group, Entry], estimator: Estimator, now: float) -> Entries:
    """What is to be published now. Entries that still hold are the same objects as before."""
    found: Entries = {}
    known: Known = {}
    for group in estimator.groups():
        estimates = estimator.of_group(group, now, known)
        common = {region: one for region, one in estimates.items() if one.members >= LEAST_MEMBERS}
        _enter(found, group, published.get(group), common)
    prefixes: Entries = {}
    for prefix in estimator.prefixes():
        _enter(prefixes, prefix, published.get(prefix), estimator.of_prefix(prefix, now, known))
    if len(prefixes) > MOST_ENTRIES:
        best = nlargest(MOST_ENTRIES, prefixes, key=lambda prefix: sum(row.count for row in prefixes[prefix].values()))
        prefixes = {prefix: prefixes[prefix] for prefix in best}
    return found | prefixes


def _enter(into: Entries, match: Network | Group, before: Entry | None, estimates: Mapping[str, Estimate]) -> None:
    sure = {
        region: estimate
        for region, estimate in estimates.items()
        if estimate.count >= LEAST_COUNT / (2 if before and region in before else 1) and estimate.error <= MOST_ERROR
    }
    if sure:
        into[match] = before if before and _holds(before, sure) else _entry(match, sure)


def _holds(before: Entry, now: Mapping[str, Estimate]) -> bool:
    if before.keys() != now.keys():
        return False
    for region, row in before.items():
        estimate = now[region]
        if abs(log(estimate.milliseconds / row.milliseconds)) > max(MOVED, 2 * estimate.error):
            return False
        if _step(estimate.error) * 2 <= row.error:
            return False
    best = min(before, key=lambda region: (before[region].milliseconds, region))
    rival = min(now, key=lambda region: (now[region].milliseconds, region))
    gain = log(now[best].milliseconds / now[rival].milliseconds)
    return gain <= max(MARGIN, hypot(now[best].error, now[rival].error))


def _entry(match: Network | Group, estimates: Mapping[str, Estimate]) -> Entry:
    return {
        region: MeasuredRow(match, region, _rounded(one.milliseconds), _step(one.error), max(1, round(one.count)))
        for region, one in sorted(estimates.items())
    }


def rows(entries: Mapping[Network | Group, Entry]) -> tuple[MeasuredRow, ...]:
    """Every row, those of groups first; neighbouring prefixes that say the same have become one."""
    groups = sorted((match for match in entries if isinstance(match, Group)), key=str)
    prefixes = merged({match: entry for match, entry in entries.items() if not isinstance(match, Group)})
    ordered = sorted(prefixes, key=lambda prefix: (prefix.version, int(prefix.network_address)))
    return (
        *(row for group in groups for row in entries[group].values()),
        *(row for prefix in ordered for row in prefixes[prefix].values()),
    )


def every_row(entries: Mapping[Network | Group, Entry]) -> tuple[MeasuredRow, ...]:
    """Every row as it is, each match by itself."""
    return tuple(row for entry in entries.values() for row in entry.values())


def by_match(rows_: Iterable[MeasuredRow]) -> Entries:
    """Entries from their rows."""
    found: dict[Network | Group, dict[str, MeasuredRow]] = {}
    for row in rows_:
        found.setdefault(row.match, {})[row.region] = row
    return {**found}


def merged(entries: Mapping[Network, Entry]) -> dict[Network, Entry]:
    """Both halves of a prefix become that prefix where they rank the same regions alike, and so on upwards."""
    found = dict(entries)
    level = sorted(found, key=lambda prefix: -prefix.prefixlen)
    while level:
        wider: list[Network] = []
        for prefix in level:
            if prefix.prefixlen == 0 or prefix not in found:
                continue
            around = prefix.supernet()
            low, high = around.subnets()
            if low in found and high in found and around not in found and _alike(found[low], found[high]):
                found[around] = _together(around, found.pop(low), found.pop(high))
                wider.append(around)
        level = sorted(wider, key=lambda prefix: -prefix.prefixlen)
    return found


def _alike(one: Entry, other: Entry) -> bool:
    return _order(one) == _order(other) and all(
        abs(log(row.milliseconds / other[region].milliseconds)) <= ALIKE for region, row in one.items()
    )


def _order(entry: Entry) -> list[str]:
    return sorted(entry, key=lambda region: (entry[region].milliseconds, region))


def _together(match: Network, one: Entry, other: Entry) -> Entry:
    found = {}
    for region, row in one.items():
        count = row.count + other[region].count
        mean = (row.count * log(row.milliseconds) + other[region].count * log(other[region].milliseconds)) / count
        found[region] = MeasuredRow(match, region, _rounded(exp(mean)), max(row.error, other[region].error), count)
    return found


def _rounded(milliseconds: float) -> float:
    """To two digits: more is noise."""
    return float(f"{milliseconds:.2g}")


def _step(error: float) -> float:
    return next((step for step in STEPS if error <= step), STEPS[-1])
