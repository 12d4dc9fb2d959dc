"""A retry budget keeps a storm of retries to its share."""

from hypothesis import given
from hypothesis import strategies as st

from gslb.balance.budget import RetryBudget


def test_of_a_storm_a_fifth_is_tried_again():
    budget = RetryBudget(share=0.2, free=0.0)
    tried = 0
    for request in range(10_000):
        now = request / 1000
        budget.ask(now)
        tried += budget.retry(now)

    assert tried == 2000


@given(st.lists(st.tuples(st.floats(0, 3), st.booleans()), max_size=300), st.floats(0, 1), st.floats(0, 2))
def test_in_no_window_are_there_more_retries_than_its_share_and_the_free_ones(steps, share, free):
    budget, now = RetryBudget(share, free, 10.0), 0.0
    asked, tried = [], []
    for wait, retries in steps:
        now += wait
        budget.ask(now)
        asked.append(now)
        if retries and budget.retry(now):
            tried.append(now)
            window = int(now) - 10
            requests = sum(int(at) > window for at in asked)
            assert sum(int(at) > window for at in tried) <= share * requests + free * 10


def test_who_is_seldom_asked_may_try_again():
    budget = RetryBudget(share=0.2, free=1.0)
    budget.ask(100.0)

    assert budget.retry(100.0)


def test_what_a_quiet_hour_left_over_is_lost():
    budget = RetryBudget(share=0.5, free=0.0)
    for _ in range(100):
        budget.ask(0.0)
    budget.ask(11.0)

    assert not budget.retry(11.0)
