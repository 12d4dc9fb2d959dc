"""Many plain names at once: the image says of each what it would say had each been written alone."""

import dns.name
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.image import Shared, Static, ZoneImage, write_zone
from gslb.model import ZoneSource
from gslb.nameserver import Table, View
from gslb.nameserver.sections import wire
from gslb.zone import Zone, load
from kit.answers import serving
from kit.zonetext import HEAD

DATA = [
    "A 192.0.2.1",
    "A 192.0.2.2",
    "A 192.0.2.3",
    "AAAA 2001:db8::1",
    "AAAA 2001:db8::2",
    'TXT "abc"',
    'TXT "a b"',
    "MX 5 a",
]
OWNERS = ["a", "b", "c", "d.a", "e.a", "f.g.h", "*.a", "*", "alias", "long" * 9]
RECORDS = st.builds("{} {} {}".format, st.sampled_from(OWNERS), st.sampled_from([60, 300]), st.sampled_from(DATA))


def zone_of(text: str, large: int) -> Zone:
    return load(ZoneSource("example.", file="zone"), lambda _: HEAD + text, large=large, many=0)


def spelled(folder, zone: Zone, view: View) -> dict[bytes, object]:
    """What an image says, by name, with counters called by their labels."""
    table = Table(zone, view)
    image = ZoneImage(write_zone(folder, table.apex, table.entries, table.labels, table.shared, bulk=table.bulk))
    labels = image.labels()

    def named(rows):
        targets = {None: rows.other, **rows.by_type}
        return {
            rdtype: (target.body if isinstance(target, Static) else target.number, labels[target.counter])
            for rdtype, target in targets.items()
            if isinstance(target, Static | Shared)
        }

    found = {entry.name: (named(entry.here), named(entry.below)) for entry in image.entries()}
    assert all(image.lookup(name) == image.here(image.find(name)) for name in found)
    assert image.find(wire(dns.name.from_text("nothing.example."))) == -1
    assert len(found) == image.entry_count
    return {b"depth": image.depth, **found}


@settings(max_examples=40)  # each writes two images
@given(lines=st.lists(RECORDS, max_size=25, unique=True))
def test_a_zone_written_in_bulk_says_what_it_says_written_name_by_name(lines, tmp_path_factory):
    text = "".join(f"{line}\n" for line in lines)
    folder = tmp_path_factory.mktemp("images")
    packed, single = zone_of(text, 0), zone_of(text, 1 << 30)
    assert single.packed is None

    view = serving("@ NS ns.x.", apex="other.")
    assert spelled(folder, packed, view) == spelled(folder, single, view)


@pytest.mark.parametrize("others", [0, 1, 7, 20])
def test_the_hash_table_of_a_bulk_is_gone_on_with_or_made_anew(tmp_path, others):
    """A dozen plain names have a table of 32 slots; with a few more in it, it is too small."""
    text = "".join(f"h{number} 60 A 192.0.2.{number}\n" for number in range(12))
    text += "".join(f"m{number} 60 MX 1 h1\n" for number in range(others))
    found = spelled(tmp_path, zone_of(text, 0), serving("@ NS ns.x.", apex="other."))

    assert len(found) == 12 + 3 + others  # and the depth, the apex, its server
    assert all(wire(dns.name.from_text(f"h{number}.example.")) in found for number in range(12))


def test_records_of_one_kind_take_their_octets_and_nothing_more(tmp_path):
    text = "".join(f"h{number} 60 A 192.0.{number // 256}.{number % 256}\n" for number in range(5_000))
    table = Table(zone_of(text, 0), serving("@ NS ns.x.", apex="other."))
    path = write_zone(tmp_path, table.apex, table.entries, table.labels, table.shared, bulk=table.bulk)

    assert path.stat().st_size / 5_000 < 150


def test_names_with_the_same_records_share_their_rows(tmp_path):
    text = "".join(f"h{number} 60 A 192.0.2.{number % 4}\n" for number in range(5_000))
    table = Table(zone_of(text, 0), serving("@ NS ns.x.", apex="other."))
    path = write_zone(tmp_path, table.apex, table.entries, table.labels, table.shared, bulk=table.bulk)

    assert path.stat().st_size / 5_000 < 70
