"""YAML text to a settled model: every fault with its place and what to write instead.

files ─► compose ─► shape, words ─► monitors pools policies places zones node ─► load ─► Model
                                        faults ─► render ─► people ◄─ outline, values ◄─ effective
"""

from gslb.config.document import schema
from gslb.config.effective import full
from gslb.config.load import Source, load, load_source, survey
from gslb.config.outline import outline
from gslb.config.render import explain_faults
from gslb.config.scalars import Wrong, duration, duration_text, rate, share

__all__ = [
    "Source",
    "Wrong",
    "duration",
    "duration_text",
    "explain_faults",
    "full",
    "load",
    "load_source",
    "outline",
    "rate",
    "schema",
    "share",
    "survey",
]
