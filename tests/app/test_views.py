"""Who is no worker sees the last published belief over the world it was made for, and keeps it when reading fails."""

from dataclasses import replace

import pytest

from gslb.app import Folders
from gslb.app.views import Views
from gslb.image import Tables
from kit.worlds import Published, all_up, ask, query, texts, world

TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu: {at: FRA}, us: {at: IAD}}
monitors: {ready: {probe: "http://www.example.com/"}}
pools: {web: {monitor: ready, endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {ttl: 30s, failover: [web/eu, web/us]}
"""
PACKET = query("www.example.com")


@pytest.fixture(scope="module")
def small():
    return world(TEXT)


@pytest.fixture
def published(tmp_path, small) -> Published:
    return Published(tmp_path, small)


class Looking:
    """Views of a folder, with what troubled them."""

    def __init__(self, folder):
        self.troubles = []
        folders = Folders(folder)
        folders.make()
        self.views = Views(folders, Tables(folders.run), self.troubles.append)


def test_there_is_no_view_before_the_first_publication(tmp_path):
    looking = Looking(tmp_path)

    assert looking.views.now() is None
    assert looking.troubles == []


def test_the_view_is_what_was_published(published):
    looking = Looking(published.folder)
    seen = looking.views.now()

    assert seen.belief == published.view.belief
    assert ask(seen, PACKET) == ask(published.view, PACKET)
    assert looking.troubles == []


def test_every_new_generation_is_seen_over_the_same_world(published, small):
    looking = Looking(published.folder)
    first = looking.views.now()
    published.believe(all_up(small, frozenset({"web/eu"})))
    second = looking.views.now()

    assert (texts(ask(first, PACKET)), texts(ask(second, PACKET))) == (["192.0.2.1"], ["192.0.2.2"])
    assert second.belief == published.view.belief
    assert second.world is first.world


def test_a_look_without_news_makes_nothing_anew(published):
    looking = Looking(published.folder)

    assert looking.views.now() is looking.views.now()


def test_of_a_new_generation_only_what_changed_is_read(published):
    """The parts of the belief that stayed are the very same objects."""
    looking = Looking(published.folder)
    looking.views.now()
    kept = dict(looking.views._parts)
    published.believe(replace(published.view.belief, seed=8))
    looking.views.now()
    shared = kept.keys() & looking.views._parts.keys()

    assert shared
    assert all(kept[reference] is looking.views._parts[reference] for reference in shared)
    assert looking.views.now().belief.seed == 8


def test_a_snapshot_that_cannot_be_read_is_told_and_the_last_view_stays_until_it_can(published, tmp_path):
    looking = Looking(published.folder)
    first = looking.views.now()
    other = Published(tmp_path / "other", world(TEXT.replace("192.0.2.53", "192.0.2.54")))
    published.built, published.publishing = other.built, other.publishing
    published.believe(all_up(other.built.world))

    assert looking.views.now() is first
    assert len(looking.troubles) == 1

    snapshot = Folders(published.folder).snapshot(other.built.digest)
    snapshot.write_bytes(Folders(other.folder).snapshot(other.built.digest).read_bytes())
    assert looking.views.now().belief == published.view.belief
    assert len(looking.troubles) == 1
