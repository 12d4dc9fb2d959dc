"""What is believed of one leaf: verdicts under an operator's word."""

from dataclasses import replace
from math import inf

import pytest

from gslb.health import Override, Standing
from gslb.model import Alias, Common, Endpoint, Family, Leaf, Rdata, Simple
from gslb.policy import has_family, leniency, word_on
from gslb.policy.state import State, moves_at, state
from kit.trees import WALL, an_ask, endpoint, leaf, said, verdict

HERE = endpoint("web/eu-west/a")
UP, DRAIN, OFF = Standing.UP, Standing.DRAIN, Standing.OFF


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ({}, None),
        ({"web/eu-west/a": OFF}, OFF),
        ({"web/eu-west": DRAIN}, DRAIN),  # the pool's part in a region
        ({"web": UP}, UP),
        ({"eu-west": OFF}, OFF),
        ({"web/eu-west/a": UP, "web/eu-west": OFF}, UP),  # the longer path is the exception
        ({"web/eu-west": UP, "web": OFF, "eu-west": OFF}, UP),
        ({"web": UP, "eu-west": OFF}, OFF),  # a pool and a region cross: the more severe
        ({"web": OFF, "eu-west": UP}, OFF),
        ({"web": DRAIN, "eu-west": UP}, DRAIN),
        ({"web/us-east/a": OFF, "canary": OFF, "web/eu-west/b": OFF}, None),
    ],
)
def test_the_most_specific_word_is_heard_and_of_crossing_ones_the_more_severe(words, heard):
    overrides = {path: said(path, standing)[path] for path, standing in words.items()}

    word = word_on(HERE, overrides, WALL)

    assert (word.standing if word else None) is heard


def test_a_word_counts_until_its_expiry():
    overrides = said("web/eu-west/a", OFF, expires=WALL + 10) | said("web", DRAIN)

    assert word_on(HERE, overrides, WALL + 9.9).standing is OFF
    assert word_on(HERE, overrides, WALL + 10).standing is DRAIN


def test_an_endpoint_outside_regions_is_spoken_of_by_its_path_and_pool():
    main = Endpoint("web/main", "web")

    assert word_on(main, said("web/main", OFF), WALL).standing is OFF
    assert word_on(main, said("web", DRAIN), WALL).standing is DRAIN
    assert word_on(main, said("main", OFF), WALL) is None


def test_without_an_address_in_the_family_a_leaf_has_no_state():
    assert state(leaf("web/eu-west"), an_ask(family=Family.V6)) is None


def found(*says: str, word: Standing | None = None) -> State:
    """The state of a leaf whose checks say up, held, down or none."""
    one = leaf("web/eu-west", *(f"m{number}" for number in range(len(says))))
    verdicts = {
        check: verdict(check, up=said == "up", horizon=10.0 + number, suspect=number == 1, held=said == "held")
        for number, (check, said) in enumerate(zip(one.checks(Family.V4), says, strict=True))
        if said != "none"
    }
    return state(one, an_ask(verdicts=verdicts, overrides=said_of(word)))


def said_of(word: Standing | None) -> dict[str, Override]:
    return said("web/eu-west", word) if word else {}


@pytest.mark.parametrize(
    ("says", "up"),
    [
        ("", True),
        ("up", True),
        ("up up", True),
        ("up down", False),
        ("none", None),
        ("up none", None),
        ("none down", False),
        ("held", False),
        ("held up", False),
    ],
)
def test_all_checks_must_be_up_and_one_down_is_enough(says, up):
    assert found(*says.split()).up is up


def test_an_unknown_verdict_is_none():
    one = leaf("web/eu-west", "ready")
    (check,) = one.checks(Family.V4)

    assert state(one, an_ask(verdicts={check: verdict(check, known=False)})).up is None


def test_up_beats_health_and_has_no_horizon():
    forced = found("down", "up", word=UP)

    assert forced.up is True
    assert (forced.horizon, forced.suspect) == (inf, False)


def test_the_soonest_verdict_bounds_and_any_suspect_one_is_suspect():
    assert (found("up", "up").horizon, found("up", "up").suspect) == (10.0, True)
    assert (found("up").horizon, found("up").suspect) == (10.0, False)


def test_what_drains_is_about_to_move():
    assert found("up", word=DRAIN).suspect
    assert found("up", word=DRAIN).horizon == 10.0


STATES = {
    "up": found("up"),
    "down": found("down"),
    "held": found("held"),
    "waiting": found("none"),
    "drains": found("up", word=DRAIN),
    "drains, down": found("down", word=DRAIN),
    "off": found("up", word=OFF),
}


@pytest.mark.parametrize(
    ("leniency", "usable"),
    [
        (leniency.STRICT, {"up"}),
        (leniency.DRAINING, {"up", "drains"}),
        (leniency.WAITING, {"up", "waiting", "drains"}),
        (leniency.HELD, {"up", "held"}),
        (leniency.FEW, {"up"}),
        (leniency.FEW_HELD, {"up", "held"}),
        (leniency.FEW_DRAINING, {"up", "held", "drains"}),
        (leniency.LAST_GOOD, set()),
        (leniency.UNGATED, {"up", "held"}),
        (leniency.UNGATED_DRAINING, {"up", "held", "drains"}),
        (leniency.OPEN, {"up", "held", "down", "waiting"}),
        (leniency.OPEN_DRAINING, {"up", "held", "down", "waiting", "drains", "drains, down"}),
        (leniency.EVERYTHING, set(STATES)),
    ],
)
def test_each_leniency_lets_in_its_own(leniency, usable):
    assert {name for name, one in STATES.items() if one.usable(leniency)} == usable


def test_the_last_good_answer_is_used_again_unless_off_or_draining():
    good = {name for name, one in STATES.items() if one.usable(leniency.LAST_GOOD, good=True)}

    assert good == {"up", "held", "down", "waiting"}


RECORD = Rdata(Common("www/0"), "A", ("192.0.2.1",))


@pytest.mark.parametrize(
    ("tree", "families"),
    [
        (leaf("web/eu-west"), {Family.V4}),
        (leaf("web/eu-west", v4=False, v6=True), {Family.V6}),
        (leaf("web/eu-west", name=True), {Family.NAME}),
        (Simple(Common("www"), (leaf("web/eu-west"), leaf("web/us-east", v6=True))), {Family.V4, Family.V6}),
        (RECORD, {Family.V4}),
        (Rdata(Common("www/0"), "AAAA", ("2001:db8::1",)), {Family.V6}),
        (Rdata(Common("www/0"), "TXT", ("x",)), {Family.NAME}),
        (Alias(Common("www/0"), "static.example."), set(Family)),
        (Alias(Common("www/0"), "other.example.", RECORD), {Family.V4}),
        (Leaf("sip/eu", Endpoint("sip/eu", "sip", rdata="10 50 5061 sip-eu")), {Family.NAME}),
    ],
)
def test_a_tree_has_the_families_of_its_leaves(tree, families):
    assert {family for family in Family if has_family(tree, family)} == families


def test_held_is_what_nothing_but_damping_keeps_down():
    assert [found(*says.split()).held for says in ("held", "held up", "held held", "held down", "held none", "up")] == [
        *(True, True, True),
        *(False, False, False),
    ]
    assert not found("held", word=UP).held


RAMP = Override("web/eu-west", DRAIN, "CHG-1", "ann", WALL, WALL + 300, "d-1", WALL + 100, 100.0, 50.0)


@pytest.mark.parametrize(
    ("second", "threshold", "counts"),
    [(99, 0.0, False), (150, 0.4, True), (150, 0.6, False), (200, 0.99, True), (325, 0.4, True), (350, 0.0, False)],
)
def test_a_word_counts_for_those_whose_threshold_its_share_has_passed(second, threshold, counts):
    assert (word_on(HERE, {RAMP.path: RAMP}, WALL + second, threshold) is not None) is counts


@pytest.mark.parametrize(
    ("second", "lead", "moves"),
    [(0, None, 100), (0, 40, 60), (150, None, 100), (200, None, inf), (320, None, 100), (350, None, inf)],
)
def test_a_planned_move_is_known_ahead_until_it_is_over(second, lead, moves):
    assert moves_at(HERE, {RAMP.path: RAMP}, WALL + second, lead) == WALL + moves


def test_a_word_has_its_own_lead():
    assert moves_at(HERE, {RAMP.path: replace(RAMP, lead=70.0)}, WALL, 40.0) == WALL + 30
    assert moves_at(HERE, {RAMP.path: replace(RAMP, standing=UP)}, WALL) == inf
