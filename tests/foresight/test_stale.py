"""Clients leave what is gone once it is noticed, each cache at its own moment."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.caching.caches import Cache
from gslb.foresight.stale import Held, Stale, leaving, stale


def test_nobody_was_there():
    assert stale([]) == Stale(0.0)
    assert stale([Held(0.0, inf, 30)]) == Stale(0.0)


def test_one_ttl_runs_out_evenly():
    found = stale([Held(10.0, 12.0, 24)])

    assert (found.rate, found.noticed, found.honest) == (10.0, 12.0, 36.0)
    assert dict(found.curve) == pytest.approx({at: min(1.0, (36 - at) / 24) for at, _ in found.curve})
    assert {0.0, 12.0, 36.0} <= {at for at, _ in found.curve}


def test_what_is_not_noticed_stays():
    found = stale([Held(3.0, inf, 30), Held(1.0, 0.0, 10)])

    assert found.honest == inf
    assert found.curve[-1] == (10.0, 0.75)


def test_an_answer_that_is_not_kept_is_gone_at_once():
    assert dict(stale([Held(1.0, 5.0, 0)]).curve)[5.0] == 0.0


@given(
    st.lists(
        st.builds(Held, st.floats(0.01, 1e6), st.floats(0, 100) | st.just(inf), st.integers(0, 3_600)), max_size=30
    )
)
def test_shares_only_fall_and_end_with_the_last_honest_client(held):
    found = stale(held)
    shares = [share for _, share in found.curve]

    assert shares == sorted(shares, reverse=True) or shares == pytest.approx(sorted(shares, reverse=True))
    if held and found.honest < inf:
        assert found.curve[0][0] == 0.0
        assert found.curve[-1] == (found.honest, pytest.approx(0.0, abs=1e-9))


def test_clients_who_meet_no_kept_answer_leave_at_once():
    found = stale([*leaving(8.0, 10.0, 30, (Cache(rate=0.1, count=5),))])
    met = 0.1 * 30 / (1 + 0.1 * 30)

    assert dict(found.curve)[10.0] == pytest.approx(met)
    assert (found.rate, found.honest) == (pytest.approx(8.0), 40.0)
    assert found.curve[-1] == (40.0, pytest.approx(0.0, abs=1e-9))


def test_caches_that_extend_come_after_the_last_honest_client():
    found = stale([*leaving(8.0, 10.0, 30, (Cache(rate=1e6), Cache(rate=1e6, least=300.0)))])

    assert found.honest == 40.0
    assert dict(found.curve)[40.0] == pytest.approx(0.5 * (1 - 30 / 300), abs=0.01)
    assert found.curve[-1] == (310.0, pytest.approx(0.0, abs=1e-6))


def test_where_no_cache_is_known_all_meet_a_kept_answer():
    assert [*leaving(8.0, 10.0, 30)] == [Held(8.0, 10.0, 30)]
