"""The flat tables that workers answer from: selectors, bodies, their layout on disk and in shared memory."""

from gslb.image.body import Body, Scoping, Trim
from gslb.image.entry import CounterLabel, Entry, Forward, Row, Rows, Static, Target
from gslb.image.selectors import BUCKETS, Bucket, ByClass, Constant, Draw, Selector, client_bucket, outcomes, pick, transform

__all__ = [
    "BUCKETS",
    "Body",
    "Bucket",
    "ByClass",
    "Constant",
    "CounterLabel",
    "Draw",
    "Entry",
    "Forward",
    "Row",
    "Rows",
    "Scoping",
    "Selector",
    "Static",
    "Target",
    "Trim",
    "client_bucket",
    "outcomes",
    "pick",
    "transform",
]
