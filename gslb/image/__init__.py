"""The flat tables that workers answer from: selectors, bodies, their layout on disk and in shared memory.

built once                               published often                    read by every worker
write_zone(entries)     ─► zone-…  ──┐
write_places(classes)   ─► places-…  ├─► Publisher.publish(Publication) ─► root word ─► Tables.refresh()
encode_plan(selector)   ─► blob ─────┘
                                           name ─► zone, rows ─► body, or row ─► plan ─► class, bucket, draw ─► body

A zone is one image, or a whole one and up to three smaller ones over it: what changed since.

Counters go the other way: each worker counts in a file of its own, `Totals` adds them up, whatever becomes of images.
"""

from gslb.image.body import Body, Scoping, Trim
from gslb.image.bulk import Bulk
from gslb.image.counters import (
    RCODES,
    EngineCounter,
    open_counters,
    open_engine_counters,
    remove_counters,
    sum_counters,
    sum_engine_counters,
)
from gslb.image.entry import CounterLabel, Entry, Forward, Row, Rows, Shared, Static, Target
from gslb.image.files import ImageError
from gslb.image.flat import HAS_CD, HAS_OPT, HAS_RD, FlatBody, FlatTarget, heads
from gslb.image.forwarded import Forwarded, pack_forwarded, unpack_forwarded
from gslb.image.layout import MOST_LAYERS
from gslb.image.places import ExactRanges, PlaceImage, Places, Ranges, write_places
from gslb.image.plans import FlatBucket, FlatDraw, FlatNode, Plan, decode_plan, encode_plan
from gslb.image.publication import Publication, PublishedZone, Publisher, PublishRefused
from gslb.image.reader import FlatRows, ZoneImage
from gslb.image.samples import Sample, SampleKind, SampleReader, SampleWriter
from gslb.image.selectors import (
    BUCKETS,
    Bucket,
    ByClass,
    Constant,
    Draw,
    Selector,
    client_bucket,
    outcomes,
    pick,
    transform,
)
from gslb.image.tables import LiveLayer, LiveZone, Tables
from gslb.image.totals import Counted, Totals, retire
from gslb.image.zone import write_zone

__all__ = [
    "BUCKETS",
    "HAS_CD",
    "HAS_OPT",
    "HAS_RD",
    "MOST_LAYERS",
    "RCODES",
    "Body",
    "Bucket",
    "Bulk",
    "ByClass",
    "Constant",
    "Counted",
    "CounterLabel",
    "Draw",
    "EngineCounter",
    "Entry",
    "ExactRanges",
    "FlatBody",
    "FlatBucket",
    "FlatDraw",
    "FlatNode",
    "FlatRows",
    "FlatTarget",
    "Forward",
    "Forwarded",
    "ImageError",
    "LiveLayer",
    "LiveZone",
    "PlaceImage",
    "Places",
    "Plan",
    "Publication",
    "PublishRefused",
    "PublishedZone",
    "Publisher",
    "Ranges",
    "Row",
    "Rows",
    "Sample",
    "SampleKind",
    "SampleReader",
    "SampleWriter",
    "Scoping",
    "Selector",
    "Shared",
    "Static",
    "Tables",
    "Target",
    "Totals",
    "Trim",
    "ZoneImage",
    "client_bucket",
    "decode_plan",
    "encode_plan",
    "heads",
    "open_counters",
    "open_engine_counters",
    "outcomes",
    "pack_forwarded",
    "pick",
    "remove_counters",
    "retire",
    "sum_counters",
    "sum_engine_counters",
    "transform",
    "unpack_forwarded",
    "write_places",
    "write_zone",
]
