from dataclasses import replace
from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health.quorum import Margin, Vote, decide, margin_down, margin_up
from gslb.model import Quorum, QuorumKind

MAJORITY, ANY, ALL, REGIONS = (
    Quorum(kind) for kind in (QuorumKind.MAJORITY, QuorumKind.ANY, QuorumKind.ALL, QuorumKind.REGIONS)
)


def at_least(amount):
    return Quorum(QuorumKind.COUNT, amount)


def more_than(share):
    return Quorum(QuorumKind.SHARE, share)


def votes(up, down, unknown=0):
    return [Vote(up=True)] * up + [Vote(up=False)] * down + [Vote(up=None)] * unknown


@pytest.mark.parametrize(
    ("quorum", "up", "down", "decision"),
    [
        (MAJORITY, 1, 0, True),
        (MAJORITY, 0, 1, False),
        (MAJORITY, 1, 1, None),
        (MAJORITY, 2, 1, True),
        (MAJORITY, 1, 2, False),
        (MAJORITY, 2, 2, None),
        (ANY, 1, 9, True),
        (ANY, 0, 9, False),
        (ALL, 9, 0, True),
        (ALL, 9, 1, False),
        (at_least(2), 2, 7, True),
        (at_least(2), 1, 8, False),
        (at_least(2), 1, 0, True),  # only one is fresh: all who vote say up
        (at_least(2), 0, 1, False),
        (more_than(18), 18, 82, False),
        (more_than(18), 19, 81, True),
        (more_than(18), 3, 13, True),
        (more_than(18), 2, 14, False),
        (more_than(50), 1, 1, False),
        (more_than(33.3), 1, 2, True),
    ],
)
def test_a_quorum_is_exact_at_its_boundary(quorum, up, down, decision):
    assert decide(quorum, votes(up, down)) is decision


@pytest.mark.parametrize(
    ("regions", "decision"),
    [
        (((1, 0),), True),
        (((1, 0), (0, 1)), None),
        (((1, 0), (0, 5)), None),  # five in one region are one region
        (((2, 1), (1, 0), (0, 9)), True),
        (((1, 1), (1, 0)), True),  # a region that is torn has no say
        (((1, 1), (2, 2)), None),
        (((1, 2), (0, 1), (9, 0)), False),
        (((2, 1), (1, 2), (1, 1)), None),
    ],
)
def test_regions_decide_each_for_itself_and_then_together(regions, decision):
    cast = [replace(vote, place=str(place)) for place, said in enumerate(regions) for vote in votes(*said)]

    assert decide(REGIONS, cast) is decision


@pytest.mark.parametrize("quorum", [MAJORITY, ANY, ALL, REGIONS, at_least(2), more_than(18)])
def test_nobody_fresh_or_nobody_who_knows_yet_decides_nothing(quorum):
    assert decide(quorum, []) is None
    assert decide(quorum, votes(0, 0, unknown=3)) is None


@pytest.mark.parametrize("quorum", [MAJORITY, ANY, at_least(1), more_than(18)])
@pytest.mark.parametrize(
    ("own", "others", "decision"),
    [
        ([True], [], True),  # nobody else is there to ask
        ([True], [False], False),
        ([True], [False, False], False),
        ([True, True], [False], False),
        ([True], [None], None),  # the other one has not made up its mind
        ([False], [True, True], True),
    ],
)
def test_vantages_of_the_endpoints_own_region_are_never_alone_in_saying_up(quorum, own, others, decision):
    cast = [Vote(up, own=True) for up in own] + [Vote(up) for up in others]

    assert decide(quorum, cast) is decision


quorums = st.sampled_from(
    [MAJORITY, ANY, ALL, REGIONS, at_least(1), at_least(2), at_least(3), more_than(18), more_than(50)]
)
seconds = st.sampled_from([0.0, 1.0, 2.5, 7.0])
flags, places = st.booleans(), st.sampled_from(["eu", "us", "ap"])
ups = st.builds(Vote, st.sampled_from([True]), flags, seconds, seconds, flags, flags, place=places)
downs = st.builds(Vote, st.sampled_from([False]), flags, st.just(0.0), seconds, flags, flags, place=places)
unknowns = st.builds(Vote, st.none(), flags, st.just(0.0), seconds, place=places)
casts = st.lists(ups | downs | unknowns, max_size=6)
silent_ones = st.lists(st.builds(Vote, st.sampled_from([True]), flags, seconds, place=places), max_size=2)


@given(quorums, casts, st.data())
def test_a_decision_for_down_is_not_undone_by_more_against_up(quorum, cast, data):
    if decide(quorum, cast) is not False:
        return
    worse = list(cast)
    ups_at = [index for index, vote in enumerate(cast) if vote.up]
    match data.draw(st.sampled_from(["turn", "leave", "join"])):
        case "turn" if ups_at:
            worse[data.draw(st.sampled_from(ups_at))] = Vote(up=False, place=data.draw(places))
        case "leave" if ups_at:
            del worse[data.draw(st.sampled_from(ups_at))]
        case _:
            worse.append(Vote(up=False, place=data.draw(places)))

    assert decide(quorum, worse) is False


def soonest_by_trying_everything(quorum, cast, silent):
    """The least moment at which any outcome of what may have happened by then is down."""
    for moment in (0.0, 1.0, 2.5, 7.0):
        options = []
        for vote in cast:
            choices = [[vote]]
            if vote.falls <= moment:
                choices.append([replace(vote, up=False)])
            if vote.leaves <= moment:
                choices.append([])
            options.append(choices)
        options += [[[], [vote], *([[replace(vote, up=False)]] if vote.falls <= moment else [])] for vote in silent]
        for choice in product(*options):
            if decide(quorum, [vote for part in choice for vote in part]) is False:
                return moment
    return inf


@given(quorums, st.lists(ups | downs, max_size=4), silent_ones)
def test_the_margin_is_the_soonest_moment_at_which_anything_that_may_happen_gives_down(quorum, cast, silent):
    assert margin_down(quorum, cast, silent).seconds == soonest_by_trying_everything(quorum, cast, silent)


def test_a_vote_not_yet_known_may_become_a_vote_for_down_at_once():
    assert margin_down(ALL, [Vote(up=True, falls=9.0), Vote(up=None)], []).seconds == 0.0


@pytest.mark.parametrize(
    ("counting", "late", "turning"),
    [
        ([False, False, False], [False, False, False], False),
        ([True, False, False], [False, False, False], False),  # one of three cannot turn a majority
        ([True, True, False], [False, False, False], True),
        ([True, False, False], [False, True, True], True),  # the others may be gone
        ([False, False, False], [True, True, True], False),  # silence alone freezes
    ],
)
def test_a_verdict_is_suspect_when_the_failures_being_counted_would_turn_it(counting, late, turning):
    cast = [Vote(up=True, falls=5.0, leaves=5.0, counting=c, late=gone) for c, gone in zip(counting, late, strict=True)]

    assert margin_down(MAJORITY, cast, []).turning is turning


def test_a_down_verdict_is_turning_when_the_successes_being_counted_would_turn_it():
    assert margin_up(
        MAJORITY, [Vote(up=False, counting=True), Vote(up=False, counting=True), Vote(up=False)]
    ) == Margin(0.0, turning=True)
    assert margin_up(MAJORITY, [Vote(up=False, counting=True), Vote(up=False), Vote(up=False)]) == Margin(
        0.0, turning=False
    )


def test_a_doubted_vantage_is_heeded_where_another_fails_too_or_nobody_says_up():
    everybody = Quorum(QuorumKind.ALL)
    up, down = Vote(up=True), Vote(up=False, doubted=True)

    assert decide(everybody, [up, up, down]) is True
    assert decide(everybody, [up, replace(up, counting=True), down]) is False
    assert decide(everybody, [up, Vote(up=False), down]) is False
    assert decide(everybody, [up, down, Vote(up=False)]) is False
    assert decide(everybody, [down]) is False
    assert decide(everybody, [Vote(up=None), down]) is False


def test_the_margin_counts_what_is_not_heeded_now():
    everybody = Quorum(QuorumKind.ALL)
    votes = [Vote(up=True, falls=15.0), Vote(up=False, doubted=True)]

    assert margin_down(everybody, votes, []).seconds == 0.0
