"""The compiled engine says what the Python engine says, octet for octet, and so what `respond` says."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conformance.generate import cases
from conformance.generate import query as asked_by
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.geo import Atlas
from gslb.model import Model, ZoneSource
from gslb.nameserver import Belief, World
from gslb.zone import Zones, load
from kit.engines import Engines
from kit.mixed import PACKED, Mixture
from kit.packets import A, opt, query, subnet
from kit.tables import ANY, TXT, labels, tables_of, worlds
from kit.worlds import Published, all_up, large

DOWN = [frozenset(), {"web/eu-west"}, {"web/us-east", "web/ap-south"}, {"web/eu-west", "web/us-east", "web/ap-south"}]
EACH = 24_000  # packets for each belief, and a sixth of that over streams
RESPOND_EVERY = 100


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return Published(tmp_path_factory.mktemp("compiled"), large())


@pytest.mark.parametrize("down", DOWN, ids=lambda down: "+".join(sorted(down)) or "none down")
def test_engines_give_the_same_octets_and_count_the_same(published, down):
    published.believe(all_up(large(), frozenset(down)))
    engines = Engines(published.folder / "run")
    mixture = Mixture(sorted(down))
    for stream, count in ((False, EACH), (True, EACH // 6)):
        asked = mixture.take(count)
        engines.compare(asked, stream=stream)
        engines.compare(asked[::RESPOND_EVERY], stream=stream, view=published.view)
    engines.assert_same_counts()

    assert engines.said["rcode 0"] > EACH / 4
    assert min(engines.said[f"rcode {rcode}"] for rcode in (1, 3, 4, 5)) > 20
    assert engines.said["by respond, too"] > EACH / RESPOND_EVERY / 2


def test_engines_give_the_same_octets_for_any_zone(tmp_path):
    made = cases(seed=11, zones=40, questions=60)
    zones = Zones(load(ZoneSource(case.zone, records=case.text), lambda path: "") for case in made)
    published = Published(tmp_path, World(Model(), zones, Atlas.build(), {}, {}), Belief())
    questions = tuple(asked_by(question, number) for case in made for number, question in enumerate(case.questions))
    engines = Engines(tmp_path / "run")

    engines.compare([(packet, PACKED[0], 0) for packet in questions], view=published.view)
    engines.compare(Mixture("zones", questions).take(4_000))
    engines.assert_same_counts()


EXTRAS = st.sampled_from([b"", opt(), opt(512)]) | st.builds(
    lambda address, bits: opt(options=subnet(address[: (bits + 7) // 8], bits, 1 if bits <= 32 else 2)),
    st.binary(min_size=16, max_size=16),
    st.sampled_from((0, 8, 16, 24, 32, 40, 48, 56, 128)),
)


@settings(max_examples=25)
@given(
    worlds(),
    st.lists(
        st.tuples(
            st.lists(labels, max_size=2),
            st.integers(0, 99),
            st.sampled_from((A, TXT, ANY, 99)),
            EXTRAS,
            st.sampled_from(PACKED),
            st.integers(0, 2**64 - 1),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    ),
)
def test_engines_give_the_same_octets_for_any_tables(world, asked):
    inside = [entry.name for zone in world.zones for entry in (*zone.entries, *zone.stale)]
    with TemporaryDirectory() as folder:
        tables_of(Path(folder), world, None)
        engines = Engines(Path(folder) / "run")
        for parts, pick, rdtype, extra, sender, draw, stream in asked:
            name = b"".join(bytes([len(part)]) + part for part in parts) + inside[pick % len(inside)]
            engines.compare([(query(name, rdtype, extra), sender, draw)], stream=stream)
        engines.assert_same_counts()
