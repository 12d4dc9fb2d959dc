"""Routing controls and safety rules: what cannot be meant is told with its place."""

import pytest

from gslb.config import load
from gslb.model import Check, Faults, leaves, operable

HEAD = """gslb: 1
regions: {eu-west: {}, us-east: {}}
pools: {web: {endpoints: {eu-west: 192.0.2.1, us-east/a: 192.0.2.2, us-east/b: 192.0.2.3}}}
zones:
  example.com:
    records: "@ 1h NS ns1\nns1 1h A 192.0.2.53\n"
    steer: {www: {failover: [web/eu-west, web/us-east]}}
"""


def model(text):
    return load("gslb.yaml", lambda _: HEAD + text)


def test_a_control_under_a_path_gates_every_endpoint_there_whatever_is_cut():
    found = model("routing_controls: {eu-west: {}, web/us-east: {}, web/us-east/a: {}}\n")

    gates = {leaf.path: leaf.gates for leaf in leaves(found.trees["www.example.com."])}
    assert gates == {
        "web/eu-west": ("control:eu-west",),
        "web/us-east/a": ("control:web/us-east/a", "control:web/us-east"),
        "web/us-east/b": ("control:web/us-east",),
    }
    assert Check("control:eu-west") not in found.monitors


def test_every_path_that_can_be_spoken_of_is_known():
    assert set(operable(model(""))) == {
        "eu-west",
        "us-east",
        "web",
        "web/eu-west",
        "web/us-east",
        "web/us-east/a",
        "web/us-east/b",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("routing_controls: {eu-wset: {}}\n", "eu-wset switches nothing"),
        ("routing_controls: {eu-wset: {}}\n", "did you mean eu-west?"),
        ("monitors: {sw: {control: master}}\n", "unknown routing control master"),
        ("safety: [{keep: 1, of: [eu-west, us-esat]}]\n", "unknown path us-esat"),
        ("safety: [{gate: master, of: [eu-west]}]\n", "unknown routing control master"),
    ],
)
def test_what_cannot_be_meant_is_told(text, said):
    with pytest.raises(Faults, match=said.replace("?", "[?]")):
        model(text)


def test_a_control_that_only_a_monitor_or_a_rule_reads_is_one():
    text = (
        "routing_controls: {master: {}, sw: {}}\nmonitors: {one: {control: sw}}\nsafety: {gate: master, of: eu-west}\n"
    )

    assert set(model(text).routing_controls) == {"master", "sw"}
