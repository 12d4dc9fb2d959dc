"""Files to a settled model: the samples load, what is not covered is refused by name, all faults are told at once."""

import dataclasses
import re
from glob import glob
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.config import load
from gslb.model import Failover, Faults, Geo, Latency, Mark, answer_type, leaves
from kit.language import WEB, expect, faults, model, zone

ZONES = Path(__file__).parents[2] / "zones"
EXAMPLE = Path(__file__).with_name("big_site.yaml")

EVERYTHING_WRONG = """\
gslb: 1
listen: §nowhere
regions: {eu: {at: §Paris}}
networks: {n: §x}
places: {p: §Atlantica}
vantages: {v: {§tokn: 1}}
monitors: {m: {probe: http://h/, interval: §5}}
pools: {a: {endpoints: {eu: §300.1.1.1}}}
policies: {p: {failover: [§b]}}
clients: {locate: §both}
node: {name: '§!'}
zones: {z: {steer: {w: {failover: [a, p, §c], ttl: §9}}}}
"""


def read(path):
    return Path(path).read_text(encoding="utf-8")


def test_the_smallest_sample_fails_over():
    found = load(str(ZONES / "smallest.yaml"), read)
    tree = found.trees["www.gslb.example.com."]

    assert isinstance(tree, Failover)
    assert [leaf.path for leaf in leaves(tree)] == ["web/main", "web/spare"]
    assert [leaf.monitors for leaf in leaves(tree)] == [("http://www.example.com/health",)] * 2


def test_the_three_region_sample_keeps_europe_in_europe():
    found = load(str(ZONES / "three-regions.yaml"), read)
    tree = found.trees["www.gslb.example.com."]

    assert isinstance(tree, Geo)
    eu, elsewhere = (child for _, child in tree.children)
    assert isinstance(eu, Latency)
    assert eu.common.fence
    assert [region for region, _ in eu.children] == ["eu-north", "eu-west"]
    assert [region for region, _ in elsewhere.children] == ["eu-north", "eu-west", "us-east"]
    assert answer_type(tree, found) == "ADDRESS"
    assert found.zones["gslb.example.com."].file == str(ZONES / "gslb.example.com.zone")


def test_what_this_version_does_not_cover_is_refused_by_name_all_at_once():
    with pytest.raises(Faults) as refused:
        load(str(EXAMPLE), read, lambda pattern: [])

    assert [f"{fault.mark.line}:{fault.mark.column} {fault.message}" for fault in refused.value] == [
        f"{place}: not supported by this version"
        for place in (
            "65:58 resolve",
            "69:27 srv",
            "69:70 file",
            "79:5 dnssec",
            "80:5 transfer",
            "103:5 engine",
            "105:5 certificate",
            "106:5 timeouts",
            "107:5 routes",
        )
    ]


def test_a_file_that_is_not_there_is_a_fault():
    with pytest.raises(Faults, match=r"cannot read /nowhere/gslb\.yaml: No such file or directory"):
        load("/nowhere/gslb.yaml", read)


def test_a_file_that_is_not_text_is_a_fault(tmp_path):
    (tmp_path / "gslb.yaml").write_bytes(b"gslb: \xff\n")

    with pytest.raises(Faults, match="it is not UTF-8"):
        load(str(tmp_path / "gslb.yaml"), read)


def test_patterns_are_looked_up_by_the_glob_that_is_given(tmp_path):
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "gslb.yaml").write_text("gslb: 1\ninclude: [conf.d/*.yaml]\n")
    (tmp_path / "conf.d" / "a.yaml").write_text("networks: {a: AS1}\n")

    assert list(load(str(tmp_path / "gslb.yaml"), read, glob).networks) == ["a"]


def test_everything_wrong_in_every_section_is_told_at_once_in_the_order_of_the_text():
    expect(
        EVERYTHING_WRONG,
        "listen: nowhere is no address | write 192.0.2.1 or 2001:db8::1",
        "at: Paris is no place | write an airport's code (FRA) or LAT,LON (50.03,8.57)",
        "n: x is no network | write a prefix (192.0.2.0/24), AS64500, or a name under networks:",
        "p: unknown place Atlantica | did you mean antarctica?",
        "unknown key tokn | did you mean token?",
        "interval: 5 has no unit | write 5s",
        "300.1.1.1 is no address | write 192.0.2.1 or 2001:db8::1",
        "unknown pool or policy b",
        "locate: both is unknown | write ecs or resolver",
        "name: ! is no name | use letters, digits, . - and _",
        "unknown pool or policy c",
        "ttl: 9 has no unit | write 9s",
    )


def test_every_noun_knows_where_it_was_written():
    found = model(WEB + "monitors: {m: 'tcp://:1'}\npolicies: {p: {simple: web}}\n" + zone("www: p"))

    for section in (found.regions, found.pools, found.monitors, found.zones, found.steered):
        for noun in section.values():
            assert isinstance(noun.mark, Mark)
            assert noun.mark.file == "gslb.yaml"


def test_a_comment_more_changes_no_meaning():
    text = WEB + zone("www: {failover: [web, other]}")

    assert model("# a comment\n" + text) == model(text)
    assert dataclasses.asdict(model(text).node) == dataclasses.asdict(model("# more\n" + text).node)


@given(st.data())
@settings(max_examples=300)
def test_whatever_is_written_is_a_model_or_faults_with_places(data):
    """Pieces of a real file moved, doubled and dropped: no other error may come out of it."""
    texts = [read(EXAMPLE), read(ZONES / "three-regions.yaml"), EVERYTHING_WRONG.replace("§", "")]
    text = texts[data.draw(st.integers(0, len(texts) - 1))]
    pieces = re.split(r"(\W+)", text)
    for _ in range(data.draw(st.integers(1, 4))):
        where, what = (data.draw(st.integers(0, len(pieces) - 1)) for _ in range(2))
        pieces[where] = data.draw(st.sampled_from(["", pieces[what], "{}", "[]", "*", "x: ", "'", "0", "none", "- "]))
    for fault in faults("".join(pieces)):
        assert fault.message
        assert fault.mark is not None


def test_text_that_loads_has_no_faults():
    assert faults(WEB) == ()
