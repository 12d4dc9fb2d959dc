"""A hypothesis moves demand as the answers themselves would: nothing is lost, nothing is invented."""

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.caching.caches import Cache
from gslb.foresight import Hypothesis, what_if
from gslb.foresight.demand import OTHER, Stream
from gslb.foresight.whatif import Load, spread
from gslb.nameserver import View
from gslb.policy import Resort
from kit.demanding import stream
from kit.worlds import all_up, large, world

SITE = """\
gslb: 1
listen: 127.0.0.1:5300
regions:
  eu-west: {at: FRA, capacity: 20/s}
  eu-north: {at: ARN, capacity: 6/s}
  us-east: {at: IAD}
monitors:
  ready: {probe: "http://www.example.com/ready", interval: 4s, timeout: 2s, confirm_interval: 1s, fall: 2, rise: 2}
pools:
  web: {monitor: ready, endpoints: {eu-west: 192.0.2.1, eu-north: 192.0.2.2, us-east: 192.0.2.3}}
  api: {monitor: ready, endpoints: {eu-west: 192.0.2.11, us-east: 192.0.2.13}}
  blind: {endpoints: {eu-west: 192.0.2.21, us-east: 192.0.2.23}}
policies:
  in-eu: {latency: web, in: [eu-west, eu-north], fence: true}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
      plain 300 A 192.0.2.200
    steer:
      www: {ttl: 30s, geo: {eu: in-eu, default: {latency: web}}}
      api: {ttl: 60s, failover: [api/eu-west, api/us-east], failback: manual}
      half: {ttl: 30s, weighted: {api/eu-west: 1, api/us-east: 3}}
      blind: {ttl: 30s, failover: [blind/eu-west, blind/us-east]}
      only: {ttl: 30s, failover: [api/eu-west]}
      also: {ttl: 30s, failover: [{alias: api}]}
"""
DETECTION = 9.0  # interval + timeout + timeout + 1 s


@pytest.fixture(scope="module")
def view():
    of = world(SITE)
    return View(of, all_up(of))


def loads(found):
    return {load.place: (load.before, load.after) for load in found.loads if load.before or load.after}


def test_clients_of_a_lost_region_go_where_answers_would_send_them(view):
    streams = [stream("www", "DE", 13.1), stream("www", "SE", 2.0), stream("www", "US", 5.0)]

    found = what_if(view, streams, Hypothesis(down=("eu-west",)))

    assert loads(found) == {
        "eu-west": pytest.approx((13.1, 0.0)),
        "eu-north": pytest.approx((2.0, 15.1)),
        "us-east": pytest.approx((5.0, 5.0)),
    }
    assert [load.place for load in found.loads if load.overloaded] == ["eu-north"]
    (shift,) = found.shifts
    assert shift.fence.endswith("/eu")
    assert (shift.rate, shift.to) == (pytest.approx(13.1), (("eu-north", pytest.approx(13.1)),))


def test_a_fence_leaves_its_clients_without_an_answer(view):
    found = what_if(view, [stream("www", "DE", 4.0)], Hypothesis(off=("eu-west", "eu-north")))

    assert loads(found) == {"eu-west": pytest.approx((4.0, 0.0)), "": pytest.approx((0.0, 4.0))}
    (effect,) = found.effects
    assert effect.unanswered == pytest.approx(4.0)


def test_who_waits_for_an_operator_is_known_beforehand(view):
    found = what_if(view, [stream("api", "*", 4.0)], Hypothesis(down=("eu-west",)))

    assert [latch.child for latch in found.memory.latches.values()] == ["api/us-east"]
    assert view.belief.memory.latches == {}


def test_a_name_that_follows_another_moves_with_it(view):
    found = what_if(view, [stream("also", "*", 4.0)], Hypothesis(off=("eu-west",)))

    assert loads(found) == {"eu-west": pytest.approx((4.0, 0.0)), "us-east": pytest.approx((0.0, 4.0))}
    assert [latch.child for latch in found.memory.latches.values()] == ["api/us-east"]


def test_a_share_of_a_draw_moves(view):
    found = what_if(view, [stream("half", "*", 8.0)], Hypothesis(drain=("api/eu-west",)))

    assert loads(found) == {"eu-west": pytest.approx((2.0, 0.0)), "us-east": pytest.approx((6.0, 8.0))}
    assert found.effects[0].moved == pytest.approx(2.0)
    assert found.shifts[0].to == (("us-east", pytest.approx(2.0)),)


def test_a_death_that_nobody_notices_moves_nobody(view):
    found = what_if(view, [stream("blind", "*", 4.0)], Hypothesis(down=("eu-west",)))

    assert loads(found) == {"eu-west": pytest.approx((4.0, 4.0))}
    assert found.effects[0].kept == pytest.approx(4.0)
    assert found.stale.honest == inf
    assert {share for _, share in found.stale.curve} == {1.0}


def test_the_last_resort_is_named(view):
    streams = [stream("only", "*", 4.0)]

    assert what_if(view, streams, Hypothesis(down=("eu-west",))).effects[0].opened == ((Resort.OPEN.value, 4.0),)
    drained = what_if(view, streams, Hypothesis(drain=("eu-west",))).effects[0]
    assert (drained.opened, drained.kept) == (((Resort.DRAIN.value, 4.0),), 4.0)


def test_clients_leave_when_it_is_noticed_and_caches_run_out(view):
    found = what_if(view, [stream("www", "DE", 4.0)], Hypothesis(down=("eu-west",))).stale

    assert (found.rate, found.noticed, found.honest) == (4.0, DETECTION, DETECTION + 30)
    curve = dict(found.curve)
    assert (curve[0.0], curve[DETECTION], curve[DETECTION + 30]) == (1.0, 1.0, 0.0)
    assert what_if(view, [stream("www", "DE", 4.0)], Hypothesis(off=("eu-west",))).stale.noticed < 1.0


def test_a_ramp_takes_its_time():
    of = world(f"{SITE}drain: {{ramp: 10m}}\n")
    found = what_if(View(of, all_up(of)), [stream("www", "DE", 4.0)], Hypothesis(drain=("eu-west",))).stale

    assert found.honest == pytest.approx(600.5 + 30)
    assert found.curve[len(found.curve) // 2][1] == pytest.approx(0.5, abs=0.1)
    assert found.rate == pytest.approx(4.0)


def test_each_query_may_stand_for_many_requests(view):
    found = what_if(view, [stream("www", "DE", 4.0)], Hypothesis(), requests=3.0)

    assert found.rate == pytest.approx(12.0)
    assert found.queries == pytest.approx((4.0, 4.0))


def test_shorter_ttls_cost_queries():
    of = world(SITE.replace("api: {ttl: 60s", "api: {ttl: {min: 10s, max: 60s}"))
    belief = all_up(of)
    found = what_if(View(of, belief), [stream("api", "*", 4.0)], Hypothesis(drain=("eu-west", "us-east")))

    assert found.queries[0] == 4.0
    assert found.queries[1] == pytest.approx(4.0 * 60 / 10)


def test_caches_that_were_measured_say_what_shorter_ttls_cost():
    of = world(SITE.replace("api: {ttl: 60s", "api: {ttl: {min: 10s, max: 60s}"))
    caches = {"api.example.com.": (Cache(rate=0.01),)}
    drained, asked = Hypothesis(drain=("eu-west", "us-east")), [stream("api", "*", 4.0)]
    found = what_if(View(of, all_up(of)), asked, drained, caches=caches)

    assert found.queries[1] == pytest.approx(4.0 * (1 + 0.01 * 60) / (1 + 0.01 * 10))


@pytest.mark.parametrize(
    ("after", "capacity", "overloaded"),
    [(6.0, 6.0, False), (6.0 + 1e-6, 6.0, True), (sum([0.1] * 60), 6.0, False), (7.0, None, False), (1.0, 0.0, True)],
)
def test_a_region_is_overloaded_above_its_capacity(after, capacity, overloaded):
    assert Load("eu", 0.0, after, capacity).overloaded is overloaded


def test_what_is_known_by_its_total_only_is_like_the_rest(view):
    streams = [stream("www", "DE", 3.0), stream("api", "*", 1.0), Stream(OTHER, "", 4.0), stream("gone", "*", 9.0)]

    assert [one.rate for one in spread(streams, view.world.model)] == [6.0, 2.0]
    assert spread([Stream(OTHER, "", 4.0)], view.world.model) == []


NAMES = ("www", "weighted", "failover", "geo", "near", "net", "sticky", "stuck", "all", "pool", "four", "*.shop")
PLACES = ("DE", "US", "IN", "BR", "*", "198.51.100.0/24", "203.0.113.0/24", "127.2.3.0/24", "office", "europe")
PATHS = ("eu-west", "us-east", "ap-south", "web", "web/eu-west", "many/eu-west/a", "many")
STREAMS = st.lists(
    st.builds(stream, st.sampled_from(NAMES), st.sampled_from(PLACES), st.floats(0.01, 1e6)), min_size=1, max_size=12
)
SOME = st.lists(st.sampled_from(PATHS), max_size=3).map(tuple)
DOWN = st.frozensets(st.sampled_from(("web/eu-west", "web/us-east", "web/ap-south")))


@settings(max_examples=60, deadline=None)
@given(STREAMS, SOME, SOME, SOME, DOWN)
def test_nothing_is_lost_and_nothing_invented(streams, down, drain, off, already):
    view = View(large(), all_up(large(), already))

    found = what_if(view, streams, Hypothesis(down, drain, off))

    whole = pytest.approx(sum(one.rate for one in streams))
    assert sum(load.before for load in found.loads) == whole
    assert sum(load.after for load in found.loads) == whole
    assert sum(effect.rate for effect in found.effects) == whole
    assert found.rate == whole
    shifted = sum(shift.rate for shift in found.shifts)
    assert shifted == pytest.approx(found.stale.rate)
    for shift in found.shifts:
        assert sum(rate for _, rate in shift.to) == pytest.approx(shift.rate)
    shares = [share for _, share in found.stale.curve]
    assert shares == sorted(shares, reverse=True)
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in shares)


@settings(max_examples=30, deadline=None)
@given(STREAMS, DOWN)
def test_the_hypothesis_of_nothing_changes_nothing(streams, already):
    view = View(large(), all_up(large(), already))

    found = what_if(view, streams, Hypothesis())
    again = what_if(view, streams, Hypothesis(off=("sip/us-east",)))

    for one in (found, again):
        assert all(load.before == load.after for load in one.loads)
        assert all(effect.moved == effect.unanswered == effect.kept == 0 for effect in one.effects)
        assert one.queries[0] == pytest.approx(one.queries[1])
    assert found.memory is view.belief.memory
    assert not again.shifts


def test_the_belief_that_is_given_stays_as_it_was(view):
    before = replace(view.belief)
    what_if(view, [stream("www", "DE", 1.0)], Hypothesis(down=("eu-west",), drain=("us-east",)))

    assert view.belief == before
