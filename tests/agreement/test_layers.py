"""A zone in layers answers octet for octet what the same zone in one image answers, and counts the same."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from gslb.engine import answer
from kit.tables import ANY, TXT, A, World, labels, tables_of, worlds

HEADER = bytes.fromhex("beef 0100 0001 0000 0000 0000")


def counted(tables):
    """What each zone has counted, layers added up."""
    return {
        apex: list(map(sum, zip(*(layer.counts for layer in zone.layers), strict=True)))
        for apex, zone in tables.zones.items()
    }


@given(
    worlds(),
    st.lists(
        st.tuples(st.lists(labels, max_size=2), st.integers(0, 99), st.sampled_from((A, TXT, ANY)), st.integers(0, 3)),
        max_size=8,
    ),
)
def test_layers_and_one_image_give_the_same_octets(world, asked):
    whole = World(tuple(replace(zone, moved={}, stale=()) for zone in world.zones), world.places)
    inside = [entry.name for zone in world.zones for entry in (*zone.entries, *zone.stale)]
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        layered, flat = tables_of(Path(one), world), tables_of(Path(other), whole)
        for parts, pick, rdtype, draw in asked:
            name = b"".join(bytes([len(part)]) + part for part in parts) + inside[pick % len(inside)]
            packet = HEADER + name + rdtype.to_bytes(2, "big") + b"\0\1"
            left, right = (
                answer(tables, packet, b"\x7f\0\0\1", lambda draw=draw: draw << 62) for tables in (layered, flat)
            )
            assert left == right
        assert counted(layered) == counted(flat)
