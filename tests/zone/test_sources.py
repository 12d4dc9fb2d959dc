"""What a zone was read from, and when reading it again would make it anew."""

from dataclasses import replace

import dns.name
import pytest
from dns.rdatatype import RdataType

from gslb.model import Faults, Mark, ZoneSource
from gslb.zone import load
from kit.zonetext import HEAD

TEXTS = {"zone": HEAD + "$INCLUDE more\n", "more": "a TXT x\n"}
SOURCE = ZoneSource(
    "example.", file="zone", records="b TXT y\n", records_mark=Mark("gslb.yaml", 7, 5), mark=Mark("c", 1, 1)
)
STEERED = {dns.name.from_text("www.example."): frozenset({RdataType.A, RdataType.AAAA})}


def again(source=SOURCE, texts=TEXTS, steered=STEERED):
    """Whether a zone loaded before is taken over for this one."""
    before = load(SOURCE, TEXTS.__getitem__, STEERED)
    return load(source, texts.__getitem__, steered, before=before) is before


def test_a_zone_read_from_the_very_same_is_taken_over():
    assert again()
    assert again(steered=dict(reversed(STEERED.items())))


def test_where_in_the_configuration_it_is_asked_for_makes_no_zone_another():
    assert again(replace(SOURCE, mark=Mark("c", 99, 1)))


@pytest.mark.parametrize(
    "other",
    [
        {"texts": TEXTS | {"more": "a TXT z\n"}},
        {"texts": TEXTS | {"zone": HEAD}},
        {"source": replace(SOURCE, records="b TXT z\n")},
        {"source": replace(SOURCE, records="")},
        {"source": replace(SOURCE, records_mark=Mark("gslb.yaml", 8, 5))},
        {"steered": {}},
        {"steered": {name: types - {RdataType.A} for name, types in STEERED.items()}},
    ],
    ids=str,
)
def test_a_zone_is_made_anew_when_anything_else_of_it_has_changed(other):
    assert not again(**other)


def test_a_file_that_cannot_be_read_any_more_is_a_fault_though_the_zone_is_known():
    before = load(SOURCE, TEXTS.__getitem__, STEERED)

    def read(path):
        raise FileNotFoundError(2, "No such file", path)

    with pytest.raises(Faults, match="cannot read zone"):
        load(SOURCE, read, STEERED, before=before)
