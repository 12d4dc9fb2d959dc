"""What changed, in words."""

import pytest

from gslb.model import Diff, diff
from kit.language import model

TEXT = """\
gslb: 1
regions: {eu: {at: FRA}, us: {at: IAD}}
networks: {office: 192.0.2.0/24}
monitors: {up: 'tcp://:1', beat: {push: file:b, every: 10s}, both: {all: [up, beat]}, idle: 'tcp://:9'}
pools: {web: {monitor: both, endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}, other: {endpoints: {eu: 192.0.2.3}}}
policies: {near: {latency: web}}
zones: {z: {records: '@ 1d NS a.', steer: {a: near, b: {network: {office: other, default: web}}, c: other}}}
"""


@pytest.mark.parametrize(
    ("old", "new", "words", "touched"),
    [
        ("c: other", "c: other", [], []),
        ("c: other", "c: other, d: other", ["steered d.z.  added"], ["d.z."]),
        (", c: other", "", ["steered c.z.  removed"], ["c.z."]),
        ("c: other", "c: {policy: other, ttl: 5s}", ["steered c.z.  changed: ttl"], ["c.z."]),
        ("192.0.2.3", "192.0.2.4", ["pools other  changed: endpoints"], ["b.z.", "c.z."]),
        (
            "every: 10s",
            "every: 20s",
            ["monitors beat  changed: every 10.0 -> 20.0, grace 10.0 -> 20.0"],
            ["a.z.", "b.z."],
        ),
        ("'tcp://:9'", "'tcp://:8'", ["monitors idle  changed: port 9 -> 8"], []),
        ("at: IAD", "at: JFK", ["regions us  changed: at IAD -> JFK"], ["a.z."]),
        ("192.0.2.0/24", "198.51.100.0/24", ["networks office  changed: prefixes"], ["b.z."]),
        ("latency: web", "failover: [web]", ["policies near  changed: another policy"], ["a.z."]),
        ("1d NS a.", "1d NS b.", ["zones z.  changed: records @ 1d NS a. -> @ 1d NS b."], ["a.z.", "b.z.", "c.z."]),
        ("gslb: 1", "gslb: 1\nclients: {overlay: o}", ["clients  changed: overlay None -> o"], ["a.z.", "b.z."]),
        ("gslb: 1", "gslb: 1\nworkers: 4", ["node  changed: workers 0 -> 4"], []),
        ("gslb: 1", "# moved\ngslb: 1", [], []),
    ],
)
def test_a_change_is_told_with_the_names_it_touches(old, new, words, touched):
    assert old in TEXT
    found = diff(model(TEXT), model(TEXT.replace(old, new)))

    assert [str(change) for change in found.changes] == words
    assert list(found.steered) == touched


def test_nothing_changed_says_so():
    assert str(Diff()) == "nothing changed"
    assert not Diff()
    assert diff(model(TEXT), model(TEXT.replace("c: other", "c: web")))


def test_text_of_many_lines_is_not_quoted():
    """It may be a zone of a hundred thousand names."""
    lines = "gslb: 1\nzones:\n  z:\n    records: |\n      @ 1d NS a.\n      b 1d A 192.0.2.{}\n"
    found = diff(model(lines.format(1)), model(lines.format(2)))

    assert [str(change) for change in found.changes] == ["zones z.  changed: records"]
