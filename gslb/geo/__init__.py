"""Where clients are: from the address of a resolver or an ECS option to a location, a class and a scope.

files ── open_database, overlay, Resolvers.read       site, distance_km, round_trip ── how far a region is
samples ── Estimator ── revise ── rows (measured)
            │
            ▼
Atlas.build ──► locate(address, bits) ──► Location    one client: explain, and what no class answers for
            │
            └─► class_map(atlas, key) ──► ClassMap    all clients at once: find(address, bits) ──► class, scope
"""

from gslb.geo.atlas import Atlas, Build, digest_of
from gslb.geo.classes import ClassMap, FineRanges, Ranges, class_map
from gslb.geo.database import Database, age_warnings, open_database, shipped_database
from gslb.geo.distance import RoundTrip, distance_km, estimate_ms, round_trip
from gslb.geo.estimator import Estimate, Estimator, Group
from gslb.geo.extent import EVERYWHERE, Extent, extents
from gslb.geo.location import NOWHERE, Location, Measured
from gslb.geo.measured import MeasuredRow, read_rows, write_rows
from gslb.geo.overlays import Row, overlay
from gslb.geo.publication import Entries, by_match, every_row, revise, rows
from gslb.geo.resolvers import Resolvers
from gslb.geo.samples import Sample, SampleError, SampleSource, client_prefix, prefix_of, sample
from gslb.geo.samples_table import read_samples, write_samples
from gslb.geo.shipped import COUNTRY_DATABASE, Country, continents, countries
from gslb.geo.sites import site, site_country
from gslb.geo.table import Line, read_table

__all__ = [
    "COUNTRY_DATABASE",
    "EVERYWHERE",
    "NOWHERE",
    "Atlas",
    "Build",
    "ClassMap",
    "Country",
    "Database",
    "Entries",
    "Estimate",
    "Estimator",
    "Extent",
    "FineRanges",
    "Group",
    "Line",
    "Location",
    "Measured",
    "MeasuredRow",
    "Ranges",
    "Resolvers",
    "RoundTrip",
    "Row",
    "Sample",
    "SampleError",
    "SampleSource",
    "age_warnings",
    "by_match",
    "class_map",
    "client_prefix",
    "continents",
    "countries",
    "digest_of",
    "distance_km",
    "estimate_ms",
    "every_row",
    "extents",
    "open_database",
    "overlay",
    "prefix_of",
    "read_rows",
    "read_samples",
    "read_table",
    "revise",
    "round_trip",
    "rows",
    "sample",
    "shipped_database",
    "site",
    "site_country",
    "write_rows",
    "write_samples",
]
