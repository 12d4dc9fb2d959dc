"""The least burdened member, by connections and by response time."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.balance.least import Least, by_connections, by_response_time
from gslb.balance.peak import Peak
from kit.members import Upstream, upstreams, weighing

members = st.lists(
    st.builds(Upstream, st.just("m"), st.integers(1, 9), st.integers(0, 50), st.sampled_from([0.0, 0.01, 0.2])),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("cost", [by_connections, by_response_time])
@given(found=members)
def test_the_order_is_by_cost_and_names_everybody_once(cost, found):
    order = list(Least(found, cost).order())

    assert sorted(map(id, order)) == sorted(map(id, found))
    assert [cost(member) for member in order] == sorted(map(cost, found))


def test_idle_members_are_chosen_in_turn():
    selector = Least(upstreams(3), by_connections)

    assert Counter(next(selector.order()).name for _ in range(9)) == {"m0": 3, "m1": 3, "m2": 3}


def test_requests_that_stay_are_spread_by_weight():
    found = weighing(4, 2, 1)
    selector = Least(found, by_connections)
    for _ in range(70):
        next(selector.order()).active += 1

    assert [member.active for member in found] == [40, 20, 10]


def test_who_was_never_seen_gets_one_request_and_not_a_herd():
    known, new = Upstream("known", active=3, latency=0.05), Upstream("new")
    selector = Least([known, new], by_response_time)

    assert next(selector.order()) is new
    new.active = 1
    assert {next(selector.order()) for _ in range(5)} == {known}


def test_a_member_that_was_slow_once_is_tried_again():
    """A second of service every tenth of a second, by the clock of the test: nobody starves."""
    peaks = {"fast": Peak(0.02), "slow": Peak(8.0)}
    found = [Upstream("fast"), Upstream("slow")]
    selector = Least(found, by_response_time)
    chosen = []
    for tick in range(1200):
        now = tick / 10
        for member in found:
            member.latency = peaks[member.name].at(now)
        chosen.append(next(selector.order()).name)
        peaks[chosen[-1]] = peaks[chosen[-1]].after(0.02, now)

    assert chosen[0] == "fast"
    assert "slow" in chosen
    assert abs(chosen[-200:].count("slow") - 100) < 40


def test_nobody_is_chosen_where_nobody_is():
    assert list(Least([], by_connections).order()) == []
