"""Everything wrong is told in one go: in the configuration, in zones, in lists that it names."""

import pytest

from gslb.app import Spec, assembled, settled
from gslb.app.survey import faults_beyond
from gslb.model import Faults

TEXT = """\
gslb: 1
zones:
  one.example: {file: one.zone}
  two.example: {file: two.zone}
  three.example:
    records: |
      @ 1h NS ns
      ns 1h A 192.0.2.53
    steer:
      www: {ttl: 5s, simple: web}
pools:
  web: {endpoints: {a: 192.0.2.1}}
"""
GOOD = "@ 1h SOA ns h 1 2 3 4 5\n@ 1h NS ns\nns 1h A 192.0.2.53\n"
FILES = {"gslb.yaml": TEXT, "one.zone": GOOD, "two.zone": GOOD}


def reading(**changed):
    """A reader of these files, some of them changed; `_` stands for the dot of a name."""
    files = FILES | {name.replace("_", "."): text for name, text in changed.items()}

    def read(path):
        if path not in files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return files[path]

    return read


def told(read) -> list[str]:
    with pytest.raises(Faults) as found:
        Spec("gslb.yaml").model(read, lambda pattern: (pattern,))
    return [str(fault) for fault in found.value]


def test_without_a_fault_there_is_a_model_and_no_file_beside_the_configuration_is_read():
    read = []
    model = settled("gslb.yaml", lambda path: read.append(path) or FILES[path], lambda pattern: (pattern,))

    assert [*model.zones] == ["one.example.", "two.example.", "three.example."]
    assert read == ["gslb.yaml"]


def test_faults_of_the_configuration_and_of_each_zone_come_together():
    faults = told(
        reading(
            gslb_yaml=TEXT.replace("simple: web", "simple: wbe"),
            one_zone=GOOD.replace("192.0.2.53", "192.0.2.353"),
            two_zone=GOOD.replace("@ 1h NS ns\n", ""),
        )
    )

    assert [[word in fault for word in ("wbe", "one.zone:3", "two.zone")] for fault in faults] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]


def test_a_fault_of_the_configuration_alone_is_alone():
    (fault,) = told(reading(gslb_yaml=TEXT.replace("simple: web", "simple: wbe")))

    assert "did you mean web?" in fault


def test_a_list_of_public_resolvers_that_cannot_be_read_is_among_them():
    listed = TEXT + "clients: {public_resolvers: resolvers.csv}\n"
    read = reading(gslb_yaml=listed, one_zone=GOOD.replace("192.0.2.53", "192.0.2.353"))
    model = settled("gslb.yaml", read, lambda pattern: (pattern,))

    assert ["cannot read resolvers.csv" in str(fault) for fault in faults_beyond(model, read)] == [True, False]
    with pytest.raises(Faults) as found:
        assembled(model, read)
    assert len(found.value.faults) == 2


def test_a_model_without_fault_has_none_beyond():
    model = settled("gslb.yaml", reading(), lambda pattern: (pattern,))

    assert faults_beyond(model, reading()) == ()
    assert {zone.apex.to_text() for zone in assembled(model, reading()).world.zones} == set(model.zones)
