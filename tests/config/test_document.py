"""The JSON Schema for editors: the samples fit it, what is wrong does not, and it knows every key of the language."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from gslb.config import schema
from gslb.config.document import SECTIONS, DocumentShape

ZONES = Path(__file__).parents[2] / "zones"
VALIDATOR = jsonschema.Draft202012Validator(schema())


def problems(text):
    return [error.json_path for error in VALIDATOR.iter_errors(yaml.safe_load(text))]


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", ["smallest.yaml", "three-regions.yaml"])
def test_the_samples_fit_the_schema(name):
    assert problems((ZONES / name).read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "x-base: {anything: 1}\n",
        "listen: {dns: [0.0.0.0], admin: '127.0.0.1:8053', x-note: 1}\nworkers: auto\n",
        "monitors: {x-b: 5, a: 'http://h/', b: {push: 'file:x', every: 10s}, c: {all: [a]}}\n",
        "policies: {p: {weighted: {web: 95}, by: client}, q: {geo: {default: {latency: web, in: eu}}}}\n",
        "zones: {a.example: {steer: {www: {policy: web, ttl: {min: 10s}}, api: web}}}\n",
        "defaults: {monitor: {quorum: 2}, steer: {failback: {after: 1h}, on_all_down: {fallback: x}}}\n",
        "pools: {p: {endpoints: {eu/a: {address: [192.0.2.1], weight: 5}, us: a.example.}}}\n",
    ],
)
def test_what_loads_fits_the_schema(text):
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("gslb: 2\n", "$.gslb"),
        ("poools: {}\n", "$"),
        ("defaults: {monitor: {interval: 30}}\n", "$.defaults.monitor.interval"),
        ("defaults: {monitor: {intervall: 30s}}\n", "$.defaults.monitor"),
        ("workers: 0\n", "$.workers"),
        ("clients: {locate: both}\n", "$.clients.locate"),
        ("notify: [{too: env:A}]\n", "$.notify"),
        ("policies: {p: {weighted: {web: -1}}}\n", "$.policies.p"),
        ("policies: {p: {geo: {default: web}, latency: web}}\n", "$.policies.p"),
    ],
)
def test_what_is_wrong_does_not_fit(text, path):
    assert problems(text) == [path]


def test_every_section_that_is_read_is_a_key_of_the_document():
    assert {section.key for section in SECTIONS} < set(DocumentShape.keys())
    assert not DocumentShape.later & set(DocumentShape.keys())
