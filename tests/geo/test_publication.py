"""What is published: sure enough, held while it holds, few rows for many neighbours."""

from ipaddress import ip_network
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.geo import Estimator, Group, MeasuredRow, Sample, SampleSource, by_match, every_row, revise, rows
from gslb.geo import publication as published
from gslb.geo.publication import merged

DAY, NOW = 86_400.0, 1_000_000.0
HOME = ip_network("203.0.112.0/24")
NOBODY = Group(None, None)
SOURCE = SampleSource.APPLICATION


def prefix(number: int):
    return ip_network((int(HOME.network_address) + (number << 8), 24))


class Feed:
    """An estimator and what is published of it."""

    def __init__(self, group: Group = NOBODY) -> None:
        self.estimator, self.group, self.now = Estimator(NOW, DAY), group, NOW
        self.entries: dict = {}

    def seen(self, of=HOME, count: int = 1, **milliseconds: float) -> "Feed":
        batch = [Sample(region, of, value, SOURCE, self.now) for region, value in milliseconds.items()] * count
        self.estimator.observe(batch, lambda _: self.group, self.now)
        return self

    def publish(self) -> dict:
        self.entries = revise(self.entries, self.estimator, self.now)
        return self.entries

    def says(self, of=HOME) -> dict[str, float]:
        return {region: row.milliseconds for region, row in self.publish().get(of, {}).items()}


def test_one_sample_says_nothing_and_a_few_do():
    feed = Feed()

    assert feed.seen(eu=20.0).says() == {}
    assert feed.seen(eu=20.0, count=9).says() == {"eu": pytest.approx(20, rel=0.1)}


def test_noise_changes_nothing_that_is_published():
    feed, chance = Feed().seen(eu=20.0, us=24.0, count=20), Random(1)
    feed.publish()
    feed.publish()
    held = feed.entries[HOME]
    for _ in range(200):
        feed.seen(eu=chance.gauss(20.5, 1.5), us=chance.gauss(23.5, 1.5)).publish()
        feed.now += 60.0

    assert feed.entries[HOME] is held or feed.entries[HOME]["eu"].error < held["eu"].error
    assert feed.entries[HOME]["eu"].milliseconds < feed.entries[HOME]["us"].milliseconds


def test_a_round_trip_that_moves_is_published_anew():
    feed = Feed().seen(eu=20.0, us=90.0, count=50)
    feed.publish()

    assert feed.seen(eu=40.0, count=400).says()["eu"] == pytest.approx(40, rel=0.1)


def test_another_best_by_more_than_the_margin_is_published():
    feed = Feed().seen(eu=20.0, us=22.0, count=50)
    feed.publish()
    feed.seen(eu=23.5, us=20.5, count=2_000)
    feed.publish()

    assert feed.says()["us"] < feed.says()["eu"]


def test_another_best_by_less_than_the_margin_is_not():
    feed = Feed().seen(eu=20.0, us=22.0, count=500)
    feed.publish()
    held = feed.publish()[HOME]

    assert feed.seen(eu=22.0, us=21.5, count=8_000).publish()[HOME] is held


def test_a_new_region_is_published():
    feed = Feed().seen(eu=20.0, count=20)
    feed.publish()

    assert set(feed.seen(us=90.0, count=20).says()) == {"eu", "us"}


def test_what_nobody_measures_any_more_goes():
    feed = Feed().seen(eu=20.0, count=12)
    assert feed.says()
    feed.now += 1.5 * DAY
    assert feed.says()
    feed.now += 3 * DAY
    assert feed.says() == {}


def test_groups_are_published_from_several_prefixes_on():
    feed = Feed(Group(64500, "DE"))
    feed.seen(eu=20.0, count=40).publish()
    assert Group(None, "DE") not in feed.entries

    for number in range(1, 12):
        feed.seen(of=prefix(number), eu=20.0)
    feed.publish()
    assert {Group(None, "DE"), Group(64500, "DE")} <= feed.entries.keys()


def test_only_the_best_known_prefixes_are_published(monkeypatch):
    monkeypatch.setattr(published, "MOST_ENTRIES", 5)
    feed = Feed()
    for number in range(20):
        feed.seen(of=prefix(number), eu=20.0, count=10 + number)

    assert set(feed.publish()) == {prefix(number) for number in range(15, 20)}


def entry(number: int, **milliseconds: float):
    match = prefix(number)
    return match, {name: MeasuredRow(match, name, value, 0.05, 10) for name, value in milliseconds.items()}


def test_neighbours_that_say_the_same_are_one_row():
    found = merged(dict([entry(number, eu=20.0 + number, us=90.0) for number in range(4)]))

    assert list(found) == [ip_network("203.0.112.0/22")]
    [one] = found.values()
    assert one["eu"].milliseconds == pytest.approx(21.5, abs=1)
    assert one["eu"].count == 40


@pytest.mark.parametrize(
    "other",
    [entry(1, eu=90.0, us=20.0), entry(1, eu=20.0), entry(1, eu=35.0, us=90.0), entry(2, eu=20.0, us=90.0)],
    ids=["another order", "other regions", "far off", "no neighbour"],
)
def test_neighbours_that_differ_stay_apart(other):
    assert len(merged(dict([entry(0, eu=20.0, us=90.0), other]))) == 2


@given(st.dictionaries(st.integers(0, 31), st.sampled_from([(20, 90), (21, 95), (90, 20)]), max_size=32))
def test_merging_loses_no_prefix_and_changes_no_order(entries):
    before = dict([entry(number, eu=float(eu), us=float(us)) for number, (eu, us) in entries.items()])
    after = merged(before)

    for match, rows_of in before.items():
        [around] = [one for one in after if match.subnet_of(one)]
        assert (rows_of["eu"].milliseconds < rows_of["us"].milliseconds) == (
            after[around]["eu"].milliseconds < after[around]["us"].milliseconds
        )
    assert sum(one.num_addresses for one in after) == 256 * len(before)


def test_rows_come_in_one_order():
    feed = Feed(Group(64500, "DE"))
    for number in (8, 3, 5, 0, 30, 12):
        feed.seen(of=prefix(number), eu=20.0 + number, us=50.0, count=5)
    found = rows(feed.publish())

    groups = [row.match for row in found if isinstance(row.match, Group)]
    assert groups == sorted(groups, key=str)
    prefixes = [row.match for row in found if not isinstance(row.match, Group)]
    assert all(one <= other for one, other in pairwise(prefixes))
    assert found == rows(dict(reversed(feed.entries.items())))


def test_entries_are_their_rows():
    feed = Feed(Group(64500, "DE"))
    for number in range(12):
        feed.seen(of=prefix(number), eu=20.0, us=50.0, count=5)
    feed.publish()

    assert by_match(every_row(feed.entries)) == feed.entries
