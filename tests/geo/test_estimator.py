"""Estimates: medians that fade, and that are what the AS and the country are as far as own samples are few."""

from ipaddress import ip_network
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.geo import Estimator, Group, Sample, SampleSource
from gslb.geo.estimator import FORGOTTEN, REBASE

DAY = 86_400.0
NOW = 1_000_000.0
HOME = ip_network("203.0.113.0/24")
TELCO = Group(64500, "DE")
BALANCER, APPLICATION = SampleSource


def prefix(number: int):
    return ip_network((int(HOME.network_address) + (number << 8), 24))


def samples(values, of=HOME, region="eu", source=APPLICATION, at=NOW, weight=1.0):
    return [Sample(region, of, value, source, at, weight) for value in values]


def estimator(*batches, room: int = 1_000, group=lambda _: TELCO, now: float = NOW) -> Estimator:
    found = Estimator(NOW, DAY, room)
    for batch in batches:
        found.observe(batch, group, now)
    return found


def test_many_samples_are_their_median():
    found = estimator(samples([20.0] * 90 + [900.0] * 30)).of_prefix(HOME, NOW)["eu"]

    assert found.milliseconds == pytest.approx(20.0, rel=0.06)
    assert found.count == pytest.approx(120)
    assert found.latest == NOW
    assert found.error < 0.1


def test_nothing_known_is_no_estimate():
    assert estimator().of_prefix(HOME, NOW) == {}
    assert estimator().of_group(TELCO, NOW) == {}


def test_few_samples_are_drawn_to_the_as_and_many_are_themselves():
    crowd = [batch for number in range(1, 40) for batch in samples([30.0, 31.0, 29.0], of=prefix(number))]

    def seen(count: int) -> float:
        return estimator(crowd, samples([60.0] * count)).of_prefix(HOME, NOW)["eu"].milliseconds

    one, ten, hundred = seen(1), seen(10), seen(100)
    assert 30 < one < 45
    assert one < ten < hundred
    assert hundred == pytest.approx(60, rel=0.06)


def test_an_as_is_drawn_to_its_country():
    other = Group(64501, "DE")

    def group(one):
        return other if one == HOME else TELCO

    crowd = [each for number in range(1, 40) for each in samples([30.0], of=prefix(number))]
    found = estimator(crowd, samples([60.0]), group=group).of_group(other, NOW)["eu"]

    assert 30 < found.milliseconds < 60


def test_balancers_come_before_applications():
    both = estimator(samples([40.0] * 50), samples([20.0] * 50, source=BALANCER)).of_prefix(HOME, NOW)["eu"]
    few = estimator(samples([40.0] * 50), samples([20.0], source=BALANCER)).of_prefix(HOME, NOW)["eu"]

    assert both.milliseconds == pytest.approx(20, rel=0.1)
    assert 28 < few.milliseconds < 41


def test_a_busy_prefix_is_no_country():
    crowd = [each for number in range(1, 30) for each in samples([30.0, 30.0], of=prefix(number))]
    found = estimator(crowd, samples([300.0] * 10_000)).of_group(Group(None, "DE"), NOW)["eu"]

    assert found.milliseconds == pytest.approx(30, rel=0.2)


def test_a_group_tells_how_far_apart_its_members_are():
    alike = estimator([each for number in range(60) for each in samples([30.0], of=prefix(number))])
    apart = estimator([each for number in range(60) for each in samples([10.0 * (1 + number % 10)], of=prefix(number))])

    assert alike.of_group(TELCO, NOW)["eu"].error < 0.15
    assert apart.of_group(TELCO, NOW)["eu"].error > 0.4


def test_counts_fade_by_the_half_life_and_new_samples_take_over():
    found = estimator(samples([20.0] * 64))

    assert found.of_prefix(HOME, NOW + DAY)["eu"].count == pytest.approx(32)
    found.observe(samples([80.0] * 64, at=NOW + 4 * DAY), lambda _: TELCO, NOW + 4 * DAY)
    assert found.of_prefix(HOME, NOW + 4 * DAY)["eu"].milliseconds == pytest.approx(80, rel=0.1)


def test_after_very_long_counts_are_still_right():
    found = estimator(samples([20.0] * 64))
    later = NOW + (REBASE + 1) * DAY
    found.observe(samples([50.0] * 8, at=later), lambda _: TELCO, later)

    assert found.of_prefix(HOME, later)["eu"].count == pytest.approx(8)


def test_what_is_too_old_is_not_taken_and_the_future_is_now():
    found = Estimator(NOW, DAY)

    assert found.observe(samples([20.0], at=NOW - (FORGOTTEN + 1) * DAY), lambda _: TELCO, NOW) == 0
    assert found.observe(samples([20.0], at=NOW + 100 * DAY), lambda _: TELCO, NOW) == 1
    assert found.of_prefix(HOME, NOW)["eu"].latest == NOW
    assert found.of_prefix(HOME, NOW)["eu"].count == pytest.approx(1)


@given(st.permutations(range(8)))
def test_the_order_in_which_samples_come_changes_no_median(order: list[int]):
    batch = [each for number in range(8) for each in samples([10.0 + number], at=NOW - number * DAY / 4)]
    found = estimator([batch[number] for number in order])

    assert found.of_prefix(HOME, NOW)["eu"].count == pytest.approx(estimator(batch).of_prefix(HOME, NOW)["eu"].count)
    [row], [other] = found.export(NOW), estimator(batch).export(NOW)
    assert row[3] == pytest.approx(other[3])


def test_memory_is_bounded_and_those_with_least_samples_go():
    found = Estimator(NOW, DAY, room=100)
    for number in range(1_000):
        found.observe(samples([20.0] * (50 if number < 50 else 1), of=prefix(number)), lambda _: TELCO, NOW)
        assert len(list(found.prefixes())) <= 100

    left = set(found.prefixes())
    assert all(prefix(number) in left for number in range(50))


def test_groups_go_with_their_last_prefix():
    found = Estimator(NOW, DAY, room=10)
    found.observe(samples([20.0]), lambda _: Group(1, "SE"), NOW)
    for number in range(1, 40):
        found.observe(samples([20.0, 20.0], of=prefix(number)), lambda _: TELCO, NOW)

    assert set(found.groups()) == {TELCO, Group(None, "DE")}


def test_a_prefix_of_nowhere_has_an_estimate_too():
    found = estimator(samples([20.0] * 20), group=lambda _: Group(None, None))

    assert found.of_prefix(HOME, NOW)["eu"].milliseconds == pytest.approx(20, rel=0.06)
    assert list(found.groups()) == []


def some(seed: int, count: int = 60) -> list[Sample]:
    chance = Random(seed)
    return [
        Sample(
            chance.choice(("eu", "us")),
            prefix(chance.randrange(5)),
            chance.uniform(5, 200),
            chance.choice((BALANCER, APPLICATION)),
            NOW - chance.uniform(0, 2 * DAY),
        )
        for _ in range(count)
    ]


def told(found: Estimator) -> dict:
    return {
        (str(one), region): (each.milliseconds, each.error, each.count, each.latest)
        for one in found.prefixes()
        for region, each in found.of_prefix(one, NOW).items()
    } | {
        (str(one), region): (each.milliseconds, each.error, each.count, each.latest)
        for one in found.groups()
        for region, each in found.of_group(one, NOW).items()
    }


@given(st.integers(0, 1_000))
def test_what_was_kept_is_what_comes_back(seed: int):
    found = estimator(some(seed))
    back = Estimator.from_bytes(found.to_bytes())

    assert told(back) == {key: pytest.approx(value) for key, value in told(found).items()}


def test_another_format_is_refused():
    import pickle

    with pytest.raises(ValueError, match="format 0"):
        Estimator.from_bytes(pickle.dumps((0, 0, 0, [], [])))


def test_another_half_life_begins_where_the_old_one_ended():
    back = Estimator.from_bytes(estimator(samples([20.0] * 64)).to_bytes())
    back.fade_by(DAY / 2, NOW + DAY)

    assert back.of_prefix(HOME, NOW + DAY)["eu"].count == pytest.approx(32)
    assert back.of_prefix(HOME, NOW + 2 * DAY)["eu"].count == pytest.approx(8)


def test_two_estimators_become_one_whatever_their_landmarks():
    one, other = Estimator(NOW, DAY), Estimator(NOW - 3 * DAY, DAY)
    one.observe(samples([20.0] * 30), lambda _: TELCO, NOW)
    other.observe(samples([20.0] * 30, of=prefix(1)), lambda _: TELCO, NOW)
    other.observe(samples([24.0] * 30), lambda _: TELCO, NOW)
    one.merge(other)

    assert one.of_prefix(HOME, NOW)["eu"].count == pytest.approx(60)
    assert one.of_prefix(prefix(1), NOW)["eu"].count == pytest.approx(30)
    assert 20 < one.of_prefix(HOME, NOW)["eu"].milliseconds < 24


def test_prefixes_may_move_to_another_group():
    found = estimator(samples([20.0] * 3))
    found.regroup(lambda _: Group(None, "SE"))
    found.observe(samples([20.0] * 3), lambda _: TELCO, NOW)

    assert "eu" in found.of_group(Group(None, "SE"), NOW)


def test_what_is_exported_are_medians_with_their_counts():
    [row] = estimator(samples([20.0] * 3)).export(NOW)

    assert row[:3] == (HOME, "eu", APPLICATION)
    assert row[3] == pytest.approx(20, rel=0.05)
    assert row[4:] == (pytest.approx(3), NOW)


def test_a_prefix_lies_in_the_longest_one_with_samples():
    wide = ip_network("203.0.112.0/22")
    found = estimator(samples([20.0], of=wide), samples([20.0], of=prefix(-1)))

    assert found.around(HOME) == wide
    assert found.around(prefix(-1)) == prefix(-1)
    assert found.around(ip_network("198.51.100.0/24")) == ip_network("198.51.100.0/24")
