"""A zone in layers answers octet for octet what the same zone in one image answers, and counts the same."""

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.control import Publishing, build, layers, save
from gslb.engine import NoAnswer, answer
from gslb.image import Publisher, Tables
from gslb.nameserver import Client, View, respond
from kit.tables import ANY, TXT, A, World, labels, tables_of, worlds
from kit.worlds import LARGE, all_up, query, world

HEADER = bytes.fromhex("beef 0100 0001 0000 0000 0000")


def counted(tables):
    """What each zone has counted, layers added up."""
    return {
        apex: list(map(sum, zip(*(layer.counts for layer in zone.layers), strict=True)))
        for apex, zone in tables.zones.items()
    }


@settings(max_examples=40)
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


EDITS = (  # one after the other: what stands in the configuration, and what it becomes
    ("www: {ttl: 30s, latency: web}", "www: {ttl: 30s, failover: [web/us-east, web/eu-west]}"),
    ("      sub 300 NS ns.sub\n      ns.sub 300 A 192.0.2.77\n", ""),
    ("alias 300 CNAME www", "alias 300 CNAME weighted"),
    ("      failover: {ttl: {min: 5s, max: 60s}, failover: [web/eu-west, web/us-east]}\n", ""),
    ('"*.shop": {ttl: 30s, latency: rollout}', '"*.shop": {ttl: 30s, failover: [web/eu-west, web/ap-south]}'),
    ("deep.er.ent 60 A 192.0.2.78", "deeper.er.ent 60 CNAME x.shop"),
)
ASKED = (
    *(
        "example.com",
        "www",
        "alias",
        "mail",
        "static",
        "x.sub",
        "ns.sub",
        "failover",
        "q.wild",
        "y.wildalias",
        "er.ent",
    ),
    *("deep.er.ent", "deeper.er.ent", "x.shop", "a.b.shop", "name", "text", "none", "www.child", "none.child", "q.d"),
)


def test_a_world_edited_layer_by_layer_is_answered_as_respond_would(tmp_path, monkeypatch):
    monkeypatch.setattr(layers, "SHARE", 0)
    publisher, text = Publisher(tmp_path / "run"), LARGE
    built = save(build(world(text), tmp_path), tmp_path)
    counts = []
    for number, (old, new) in enumerate(EDITS, 1):
        assert old in text
        text = text.replace(old, new)
        built = save(build(world(text), tmp_path, built, least=0), tmp_path)
        counts.append(len(built.zones))
        belief = replace(all_up(built.world), generation=number)
        publisher.publish(Publishing(built).publication(belief, None, 1.0))
        tables, view = Tables(tmp_path / "run"), View(built.world, belief)
        for name in ASKED:
            whole = name if name == "example.com" else f"{name}.example.com"
            for rdtype in ("A", "AAAA", "TXT", "ANY", "DS", "SOA"):
                packet = query(whole, rdtype, "127.1.5.0/24")
                fast = answer(tables, packet, ip_address("127.0.0.1").packed, lambda: 1 << 63)
                slow = respond(packet, Client(ip_address("127.0.0.1")), view, lambda: 1 << 63)
                assert fast is NoAnswer.FORWARD or fast == slow, f"{whole} {rdtype} after edit {number}"

    assert max(counts) > 2, "there are layers over two zones"
