"""What is asked of which address, and how soon it tells."""

import pytest

from gslb.model import Check, checks, detection
from gslb.model.checks import expand, read_by
from kit.language import model

TEXT = """\
gslb: 1
monitors:
  fast: {probe: 'tcp://:1', interval: 2s, timeout: 1s, confirm_interval: 1s, fall: 2}
  slow: {probe: http://h/}
  beat: {push: file:b, every: 10s, grace: 20s}
  both: {all: [slow, beat]}
  either: {any: [fast, slow]}
  two: {at_least: 2, of: [fast, slow, beat]}
  heavy: {at_least: 3, of: {fast: 1, slow: 3, beat: 1}}
  not: {all: [slow], invert: true}
  unused: http://unused/
pools:
  web: {monitor: both, endpoints: {a: [192.0.2.1, '2001:db8::1'], b: 192.0.2.2}}
  idle: {monitor: unused, endpoints: {a: 192.0.2.3}}
zones:
  z: {steer: {www: {failover: [web], monitor: beat}, api: {alias: www}, static: {rdata: 192.0.2.9}}}
"""


def test_every_check_that_some_tree_reads_is_told_once_with_what_it_is_calculated_from():
    found = checks(model(TEXT))

    assert len(set(found)) == len(found)
    assert set(found) == {
        Check("beat"),
        *(
            Check(monitor, endpoint, address)
            for monitor in ("both", "slow")
            for endpoint, address in (("web/a", "192.0.2.1"), ("web/a", "2001:db8::1"), ("web/b", "192.0.2.2"))
        ),
    }


def test_a_tree_reads_its_leaves_and_its_nodes():
    found = model(TEXT)

    assert set(read_by(found.trees["www.z."])) == {
        Check("beat"),
        Check("both", "web/a", "192.0.2.1"),
        Check("both", "web/a", "2001:db8::1"),
        Check("both", "web/b", "192.0.2.2"),
    }
    assert list(read_by(found.trees["static.z."])) == []


def test_what_has_no_target_has_none_when_something_is_calculated_from_it():
    assert list(expand(Check("both", "web/a", "192.0.2.1"), model(TEXT))) == [
        Check("both", "web/a", "192.0.2.1"),
        Check("slow", "web/a", "192.0.2.1"),
        Check("beat"),
    ]


@pytest.mark.parametrize(
    ("monitor", "seconds"),
    [
        ("fast", 5),
        ("slow", 35),
        ("beat", 30),
        ("both", 30),
        ("either", 35),
        ("two", 30),
        ("heavy", 35),
        ("not", None),
        ("[fast, slow]", 5),
        ("none", None),
    ],
)
def test_a_death_is_known_when_the_first_that_must_pass_fails(monitor, seconds):
    text = TEXT.replace("monitor: both", f"monitor: {monitor}").replace(", monitor: beat", "")
    found = model(text)

    assert detection(found.trees["www.z."], found) == seconds


def test_the_slowest_endpoint_decides():
    text = TEXT.replace(
        "web: {monitor: both, endpoints: {a:",
        "web: {monitor: fast, endpoints: {c: {address: 192.0.2.7, monitor: [none, slow]}, a:",
    )
    found = model(text)

    assert detection(found.trees["www.z."], found) == 35


def test_without_endpoints_there_is_nothing_to_detect():
    found = model(TEXT)

    assert detection(found.trees["static.z."], found) is None
