"""The judge's step under a clock turned by hand: what is believed and published, and when it wants to step again."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.control import Adopted, Advised, Beaten, Cleared, Heard, Returned, Said, Stored, Unpublished
from gslb.control.judging import first_verdicts_by, own_vantage, vantages
from gslb.health import Standing, Verdict
from gslb.policy import Latch, Memory
from kit.judging import REGIONAL, START, Play, built, check, stored, word
from kit.worlds import WALL, world

EU, US = check("web/eu-west", "192.0.2.1"), check("web/us-east", "192.0.2.2")
WEB = {"www.example.com.", "api.example.com.", "elastic.example.com."}

PUSHED = """\
gslb: 1
listen: 127.0.0.1:5300
monitors: {beat: {push: "env:BEAT_TOKEN", every: 10s, grace: 5s}}
pools: {web: {monitor: beat, endpoints: {main: 192.0.2.1, spare: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {ttl: 30s, failover: [web/main, web/spare]}
"""


@pytest.fixture(scope="module")
def regional(tmp_path_factory):
    return built(REGIONAL, tmp_path_factory.mktemp("regional"))


@pytest.fixture
def play(regional):
    """A judge that has seen every endpoint up once."""
    play = Play(regional)
    play.all_up()
    return play


def sides(belief):
    """What is believed of each check, and since when."""
    return {check: (verdict.up, verdict.known, verdict.since) for check, verdict in belief.verdicts.items()}


# A flip


def test_an_endpoint_that_dies_is_one_generation_that_touches_the_names_that_mention_it(play):
    play.kill("web/eu-west")

    assert play.effects.touched == WEB
    assert (play.belief.epoch, play.belief.generation) == (1, 3)  # all up, suspect, down
    assert not play.belief.verdicts[EU].up
    assert play.answer("www") == ["192.0.2.2"]


def test_a_flip_reaches_names_that_come_through_an_alias_or_a_cname(play):
    play.kill("web/eu-west")

    assert play.answer("api") == ["192.0.2.2"]
    assert play.answer("www2") == ["www.example.com.", "192.0.2.2"]


def test_a_flip_is_told_with_the_observation_that_caused_it_and_the_generation_it_is_in(play):
    play.kill("web/eu-west")

    assert play.told("verdict")[-1] == {
        "check": "ready@web/eu-west[192.0.2.1]",
        "state": "down",
        "reason": "connect timeout",
        "votes": "0/1",
        "cause": "ns1/7/6",
        "cause_at": play.now - 0.125,
        "took": 0.125,
        "generation": play.belief.generation,
    }
    assert play.belief.verdicts[EU].cause.id == "ns1/7/6"


def test_what_came_back_is_told_and_used_again_by_the_rule_of_each_name(play):
    play.kill("web/eu-west")
    play.revive("web/eu-west")

    assert play.told("verdict")[-1]["state"] == "up"
    assert play.answer("elastic") == ["192.0.2.1"], "failback: auto"
    assert play.answer("www") == ["192.0.2.2"], "failback after 60 s"


def test_many_flips_in_one_step_are_one_generation(play):
    for _ in range(2):
        play.now += 1.0
        play.step(*(Heard((play.seen(path, ok=False),)) for path in ("web/eu-west", "shop/eu-west", "web/us-east")))

    assert len(play.beliefs) == 3
    assert play.effects.touched == {*WEB, "one.example.com.", "two.example.com."}
    assert [line["generation"] for line in play.told("verdict")[-3:]] == [3, 3, 3]


def test_nothing_new_is_no_generation(play):
    before = play.belief.generation
    for _ in range(5):
        play.now += 4.0
        assert play.all_up().belief is None
        assert play.effects.verdicts == ()

    assert play.judging.generation == before


def test_a_flip_that_comes_and_goes_within_a_step_is_not_told(play):
    seen = []
    for ok in (False, False, True, True):
        play.now += 1.0
        seen.append(Heard((play.seen("web/eu-west", ok=ok),)))
    lines = len(play.lines)
    play.step(*seen)

    assert len(play.lines) == lines
    assert play.answer("elastic") == ["192.0.2.1"]


def test_doubt_alone_makes_plans_anew_only_where_the_ttl_follows_it(play):
    play.now += 1.0
    effects = play.probe("web/eu-west", ok=False)

    assert effects.belief.verdicts[EU].suspect
    assert effects.touched == {"elastic.example.com."}
    assert play.ttl("elastic") == 4


# First verdicts


def test_the_first_generation_waits_for_every_first_verdict(regional):
    play = Play(regional)
    assert play.step().belief is None
    assert play.probe("web/eu-west", "web/us-east", "shop/eu-west", ok=True).belief is None

    assert play.probe("shop/us-east", ok=False).touched is None
    assert play.belief.generation == 1
    assert {line["generation"] for line in play.told("verdict")} == {1}, "told once they are in a generation"
    assert len(play.told("verdict")) == 4


def test_the_first_generation_waits_no_longer_than_first_probes_take(regional):
    play = Play(regional)
    play.step()
    assert play.effects.wake_at == START + first_verdicts_by(regional.world.model) == START + 0.2 + 2.0 + 0.5

    play.wait(3.0)

    assert len(play.beliefs) == 1
    assert play.answer("www") == ["192.0.2.1"], "nothing is known, so all count as up"


def test_the_first_generation_waits_no_longer_than_one_has_patience(regional):
    play = Play(regional, patience=1.0)
    play.step()

    assert play.effects.wake_at == START + 1.0


def test_without_anything_to_probe_nothing_is_waited_for(tmp_path):
    play = Play(built(PUSHED, tmp_path))

    assert play.step().belief is not None


def test_many_first_probes_begin_spread_out_and_are_waited_for(regional):
    endpoints = ", ".join(f"eu-west/n{number}: 10.0.0.{number + 1}" for number in range(60))
    text = REGIONAL.replace("  sorry:", f"  many: {{monitor: ready, endpoints: {{{endpoints}}}}}\n  sorry:")
    model = world(text.replace("one: both", "one: both\n      all: {ttl: 30s, multivalue: many}")).model

    assert first_verdicts_by(model) == 64 / 20 + 2.0 + 0.5


# Operators' words


def test_a_word_takes_an_endpoint_away_at_once_and_is_kept(play):
    effects = play.step(Said(word("web/eu-west", Standing.DRAIN)))

    assert effects.put == [word("web/eu-west", Standing.DRAIN)]
    assert effects.touched == WEB
    assert play.answer("www") == ["192.0.2.2"]
    assert play.told("override") == [
        {"path": "web/eu-west", "word": "drain", "id": "w-1", "author": "ada", "why": "CHG-1"}
    ]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("web", WEB),
        ("eu-west", {*WEB, "one.example.com.", "two.example.com."}),
        ("us-east", {*WEB, "one.example.com.", "two.example.com.", "shop.example.com."}),
        ("sorry", {"shop.example.com."}),
        ("sorry/us-east", {"shop.example.com."}),
    ],
)
def test_a_word_touches_all_that_it_is_on(play, path, names):
    assert play.step(Said(word(path, Standing.DRAIN))).touched == names


def test_a_word_on_a_fallback_is_heeded(play):
    play.kill("shop/us-east")
    assert play.answer("shop") == ["192.0.2.99"]

    play.step(Said(word("sorry/us-east", Standing.OFF)))

    assert play.answer("shop") == ["192.0.2.12"]


def test_a_word_on_what_no_name_uses_is_published_for_people_and_makes_no_plan_anew(regional, tmp_path):
    play = Play(built(REGIONAL.replace("  sorry:", "  idle: {endpoints: {us-east: 192.0.2.77}}\n  sorry:"), tmp_path))
    play.all_up()
    effects = play.step(Said(word("idle", Standing.OFF)))

    assert effects.touched == frozenset()
    assert "idle" in effects.belief.overrides


def test_a_word_taken_back_is_cleared_once(play):
    play.step(Said(word("web", Standing.DRAIN)))
    effects = play.step(Cleared("web", "bob"))

    assert effects.cleared == [Cleared("web", "bob")]
    assert play.answer("www") == ["192.0.2.1"]
    assert play.told("override")[-1] == {"path": "web", "word": "auto", "author": "bob"}
    again = play.step(Cleared("web", "bob"))
    assert (again.belief, again.cleared) == (None, [])


def test_a_word_ends_at_its_expiry_by_itself(play):
    play.step(Said(word("web/eu-west", Standing.OFF, expires=WALL + 90.0)))
    assert play.effects.wake_at <= START + 90.0

    play.wait(89.0)
    assert play.answer("elastic") == ["192.0.2.2"]
    play.wait(1.0)

    assert play.answer("elastic") == ["192.0.2.1"]
    assert play.effects.cleared == [Cleared("web/eu-west", "expiry")]


def test_a_word_that_expired_while_nobody_judged_is_cleared_at_the_start(regional):
    play = Play(regional, Stored(overrides=(word("web/eu-west", Standing.OFF, expires=WALL - 1.0),)))
    play.all_up()

    assert play.effects.cleared == [Cleared("web/eu-west", "expiry")]
    assert play.answer("elastic") == ["192.0.2.1"]


# Memory


def test_a_name_stays_until_its_first_choice_was_healthy_for_the_time_written(play):
    play.kill("web/eu-west")
    play.revive("web/eu-west")
    back = play.now
    assert play.effects.wake_at <= back + 60.0

    play.wait(59.875)
    assert play.answer("www") == ["192.0.2.2"]
    play.wait(0.125)

    assert play.answer("www") == ["192.0.2.1"]
    assert play.effects.memory.latches == {}


def test_an_alias_goes_back_with_the_name_it_leads_to(play):
    play.kill("web/eu-west")
    play.revive("web/eu-west")
    play.wait(60.0)

    assert play.effects.touched >= {"www.example.com.", "api.example.com."}
    assert play.answer("api") == ["192.0.2.1"]


def test_a_manual_failback_waits_for_an_operator(play):
    play.kill("shop/eu-west")
    play.revive("shop/eu-west")
    play.wait(10_000.0)
    assert play.answer("one") == ["192.0.2.12"]

    effects = play.step(Returned("one.example.com.", "ada"))

    assert effects.touched == {"one.example.com.", "two.example.com."}, (
        "names that are the same policy share its memory"
    )
    assert (play.answer("one"), play.answer("two")) == (["192.0.2.11"], ["192.0.2.11"])
    assert effects.memory.latches == {}
    assert play.told("failback") == [{"name": "one.example.com.", "author": "ada"}]


def test_a_failback_to_what_is_dead_changes_nothing(play):
    play.kill("shop/eu-west")
    latches = play.belief.memory.latches
    play.step(Returned("two.example.com.", "ada"))

    assert play.belief.memory.latches == latches
    assert play.answer("one") == ["192.0.2.12"]


def test_a_failback_through_an_alias_is_one_of_the_name_behind_it(play):
    play.kill("web/eu-west")
    play.revive("web/eu-west")
    play.step(Returned("api.example.com.", "ada"))

    assert (play.answer("www"), play.answer("api")) == (["192.0.2.1"], ["192.0.2.1"])


def test_a_failback_of_a_name_that_went_meanwhile_is_nothing(play):
    assert play.step(Returned("gone.example.com.", "ada")).belief is None


def test_a_ttl_falls_to_the_horizon_at_once_and_doubles_each_old_ttl_afterwards(play):
    assert play.ttl("elastic") == 64
    play.now += 1.0
    play.probe("web/eu-west", ok=False)
    assert play.ttl("elastic") == 4, "the next failure may come any moment; the minimum wins"
    play.now += 1.0
    play.probe("web/eu-west", ok=True)

    seen = []
    for _ in range(70):
        seen.append(play.ttl("elastic"))
        play.wait(1.0)

    assert seen == [4] * 4 + [8] * 8 + [16] * 16 + [32] * 32 + [64] * 10


AUTO = REGIONAL.replace("elastic: {ttl: {min: 4s", "elastic: {ttl: {auto: {rto: 1m, queries: 9/s}, min: 4s")


def test_advice_is_answered_kept_and_told_and_doubt_goes_below_it(tmp_path):
    play = Play(built(AUTO, tmp_path))
    play.all_up()
    assert play.ttl("elastic") == 50, "what the promise leaves of a minute"

    effects = play.step(Advised({"elastic.example.com.": 20, "www.example.com.": 3, "gone.example.com.": 9}))

    assert (play.ttl("elastic"), play.ttl("www")) == (20, 30)
    assert play.touched[-1] == {"elastic.example.com."}
    assert effects.memory is not None
    assert effects.memory.advice == {"elastic.example.com.": 20}
    assert play.told("ttl") == [{"name": "elastic.example.com.", "seconds": 20}]
    assert play.step(Advised({"elastic.example.com.": 20})).belief is None

    play.now += 1.0
    play.probe("web/eu-west", ok=False)
    assert play.ttl("elastic") == 4
    play.probe("web/eu-west", ok=True)
    play.wait(60.0)
    assert play.ttl("elastic") == 20


def test_advice_survives_a_restart_and_a_reload_as_far_as_the_promise_allows(tmp_path):
    kept = Stored(memory=Memory(advice={"elastic.example.com.": 20}))
    play = Play(built(AUTO, tmp_path), kept)
    play.all_up()
    assert play.ttl("elastic") == 20

    play.step(Adopted(built(AUTO.replace("rto: 1m", "rto: 20s"), tmp_path)))
    assert play.ttl("elastic") == 10


# Another world


def test_a_reload_keeps_verdicts_and_words_and_makes_every_plan_anew(play, tmp_path):
    play.kill("web/eu-west")
    play.step(Said(word("shop/eu-west", Standing.DRAIN)))
    before = play.belief
    effects = play.step(Adopted(built(REGIONAL.replace("one: both", "three: both"), tmp_path)))

    assert effects.touched is None
    assert effects.adopted is play.judging.built
    assert sides(play.belief) == sides(before)
    assert play.belief.overrides == before.overrides
    assert play.answer("www") == ["192.0.2.2"]
    assert play.answer("three") == ["192.0.2.12"]
    assert play.told("adopted") == [{"model": "", "zones": 1, "names": 6}]


def test_a_reload_keeps_latches_of_trees_that_stay_and_forgets_those_that_go(play, tmp_path):
    play.kill("web/eu-west", "shop/eu-west")
    effects = play.step(Adopted(built(REGIONAL.replace("      one: both\n      two: both\n", ""), tmp_path)))

    assert effects.memory.latches.keys() == {"www.example.com.|A", "elastic.example.com.|A"}
    play.revive("web/eu-west")
    play.wait(60.0)
    assert play.answer("www") == ["192.0.2.1"]


def test_a_reload_forgets_what_is_no_longer_watched(play, tmp_path):
    text = REGIONAL.replace("eu-west: 192.0.2.11, ", "").replace("[shop/eu-west, shop/us-east]", "[shop/us-east]")
    effects = play.step(Adopted(built(text, tmp_path)))

    assert effects.forgotten == (check("shop/eu-west", "192.0.2.11"),)
    assert effects.forgotten[0] not in play.belief.verdicts
    assert play.step().forgotten == ()


def test_what_turned_in_the_step_that_forgets_it_is_neither_kept_nor_told(play, tmp_path):
    text = REGIONAL.replace("eu-west: 192.0.2.11, ", "").replace("[shop/eu-west, shop/us-east]", "[shop/us-east]")
    world_without = built(text, tmp_path)
    play.now += 1.0
    play.probe("shop/eu-west", ok=False)
    play.now += 1.0
    last = Heard((play.seen("shop/eu-west", ok=False),))
    lines = len(play.told("verdict"))
    effects = play.step(last, Adopted(world_without))

    assert effects.verdicts == ()
    assert len(play.told("verdict")) == lines
    assert effects.forgotten == (check("shop/eu-west", "192.0.2.11"),)


def test_a_reload_adds_what_is_new_with_what_was_believed_of_its_address(play, tmp_path):
    play.kill("web/eu-west")
    text = REGIONAL.replace(
        "  ready:", '  deep: {probe: "http://www.example.com/deep", interval: 4s, timeout: 2s}\n  ready:'
    )
    play.step(Adopted(built(text.replace("web: {monitor: ready", "web: {monitor: deep"), tmp_path)))

    deep = play.belief.verdicts[check("web/eu-west", "192.0.2.1", "deep")]
    assert (deep.up, deep.known) == (False, True)
    assert set(play.effects.verdicts) >= {deep}, "it is kept for a restart"


def test_an_endpoint_served_without_a_monitor_so_far_is_up_until_its_own_says_otherwise(play, tmp_path):
    text = REGIONAL.replace("sorry: {endpoints", "sorry: {monitor: ready, endpoints").replace(
        "one: both", "one: both\n      sorry: {ttl: 30s, failover: [sorry]}"
    )
    before = REGIONAL.replace("one: both", "one: both\n      sorry: {ttl: 30s, failover: [sorry]}")
    play.step(Adopted(built(before, tmp_path)))
    play.step(Adopted(built(text, tmp_path)))

    assert play.belief.verdicts[check("sorry/us-east", "192.0.2.99")].up


def test_a_reload_before_the_first_generation_still_waits(regional, tmp_path):
    play = Play(regional)
    play.step()
    effects = play.step(Adopted(built(REGIONAL, tmp_path)))

    assert effects.belief is None
    assert play.all_up().touched is None


# A restart


def test_a_restart_goes_on_from_what_was_stored(play, regional):
    play.kill("web/eu-west")
    play.step(Said(word("shop/eu-west", Standing.OFF)))
    again = Play(regional, stored(play.beliefs), now=play.now)
    effects = again.step()

    assert effects.touched is None, "all is known, so nothing is waited for"
    assert sides(again.belief) == sides(play.belief)
    assert (again.belief.overrides, again.belief.memory) == (play.belief.overrides, play.belief.memory)
    assert again.told("verdict") == [], "nothing turned"
    assert again.answer("www") == ["192.0.2.2"]


def test_a_restart_goes_on_with_a_latch_where_it_was(play, regional):
    play.kill("web/eu-west")
    play.revive("web/eu-west")
    play.wait(30.0)
    again = Play(regional, stored(play.beliefs), now=play.now)
    again.step()

    again.wait(29.875)
    assert again.answer("www") == ["192.0.2.2"]
    again.wait(0.125)
    assert again.answer("www") == ["192.0.2.1"]


def test_a_restart_forgets_what_was_stored_of_others(regional):
    gone = Verdict(check("old/eu-west", "192.0.2.1"), up=False, since=WALL, reason="gone")
    memory = Memory(latches={"gone.example.com.|A": Latch("web/us-east")})
    play = Play(regional, Stored((gone,), memory=memory))

    assert play.step().forgotten == (gone.check,)
    play.all_up()
    assert play.effects.memory == Memory(ttls=play.belief.memory.ttls)


def test_a_restart_keeps_what_new_checks_inherit_before_it_forgets_whom_from(regional):
    old = Verdict(check("web/eu-west", "192.0.2.1", "old"), up=False, since=WALL, reason="down")
    play = Play(regional, Stored((old,)))
    effects = play.step()

    assert effects.forgotten == (old.check,)
    assert [(one.check, one.up) for one in effects.verdicts if one.known] == [(EU, False)]


# What could not be published


def test_what_could_not_be_published_is_published_as_another_generation(play):
    play.kill("web/eu-west")
    failed = play.belief
    effects = play.step(Unpublished())

    assert effects.belief == replace(failed, generation=failed.generation + 1, seed=failed.generation + 1)
    assert effects.touched == frozenset()


# Who votes


def test_heartbeats_are_judged_like_probes(tmp_path):
    play = Play(built(PUSHED, tmp_path))
    play.step(Beaten("beat", play.now))
    assert play.effects.touched is None

    play.wait(15.0)

    assert play.effects.touched == {"www.example.com."}
    (line,) = [line for line in play.told("verdict") if line["state"] == "down"]
    assert (line["check"], line["cause"]) == ("beat", "push/beat/1")


def test_the_node_votes_and_so_does_every_vantage_each_from_where_it_stands(tmp_path):
    token = tmp_path / "token"
    text = REGIONAL.replace("eu-west: {}", f"eu-west: {{vantage: 'file:{token}'}}").replace(
        "{name: ns1}", "{name: ns1, region: us-east}"
    )
    model = world(text).model

    assert vantages(model) == {"ns1": "us-east", "eu-west": "eu-west"}
    assert own_vantage(model) == "ns1"


def test_a_vantage_without_a_token_is_the_node_itself_under_that_name():
    model = world(REGIONAL.replace("monitors:", "vantages: {here: {at: FRA}}\nmonitors:")).model

    assert own_vantage(model) == "here"
    assert vantages(model) == {"here": None}


# When to step


GRID = 0.125
MOMENTS = st.integers(1, 40)


@st.composite
def scenes(draw):
    """What happens at which moments of a grid: probes, words with and without expiry, words taken back, failbacks."""
    paths = st.sampled_from(["web/eu-west", "web/us-east", "shop/eu-west", "shop/us-east"])
    probes = st.tuples(st.just("probe"), paths, st.booleans())
    words = st.tuples(
        st.just("word"), st.sampled_from(["web", "eu-west", "shop/us-east"]), st.sampled_from(Standing), MOMENTS
    )
    clears = st.tuples(st.just("clear"), st.sampled_from(["web", "eu-west", "shop/us-east"]))
    returns = st.tuples(
        st.just("return"), st.sampled_from(["www.example.com.", "one.example.com.", "api.example.com."])
    )
    happening = probes | probes | probes | words | clears | returns
    return draw(st.lists(st.tuples(MOMENTS, happening), min_size=1, max_size=30))


def enact(play, what):
    match what:
        case "probe", path, ok:
            play.probe(path, ok=ok)
        case "word", path, standing, lasts:
            play.step(Said(word(path, standing, play.wall, play.wall + lasts * GRID * 8)))
        case "clear", path:
            play.step(Cleared(path, "ada"))
        case "return", name:
            play.step(Returned(name, "ada"))


def believed(play):
    belief = play.belief
    return belief.verdicts, belief.overrides, belief.memory


@settings(max_examples=60)
@given(scenes())
def test_stepping_only_when_asked_believes_what_stepping_all_the_time_believes(regional, scene):
    lazy, eager = Play(regional), Play(regional)
    for play in (lazy, eager):
        play.all_up()
    for pause, what in scene:
        for _ in range(pause):
            eager.now += GRID
            eager.step()
        lazy.wait(pause * GRID)
        assert believed(lazy) == believed(eager)
        for play in (lazy, eager):
            enact(play, what)
        assert believed(lazy) == believed(eager)
        assert lazy.effects.wake_at > lazy.now
    assert [line for line in lazy.lines if line.event != "verdict"] == [
        line for line in eager.lines if line.event != "verdict"
    ]


@settings(max_examples=60)
@given(scenes())
def test_only_names_that_are_touched_are_answered_otherwise(regional, scene):
    """Whoever is touched by no generation of a while is answered at its end as before it."""
    play = Play(regional)
    play.all_up()
    names = ["www", "api", "shop", "elastic", "one", "two"]
    for pause, what in scene:
        before = {name: (play.answer(name), play.ttl(name)) for name in names}
        generations = len(play.beliefs)
        play.wait(pause * GRID)
        enact(play, what)
        touched = play.touched[generations:]
        for name in names:
            if all(some is not None and f"{name}.example.com." not in some for some in touched):
                assert (play.answer(name), play.ttl(name)) == before[name]
