"""What a steered name says beside its policy, and the defaults for it."""

from gslb.model import Failback, LastResort, Ttl
from kit.language import WEB, expect, model, zone

DEFAULTS = "defaults: {steer: {ttl: {min: 20s, max: 2m}, failback: manual, on_all_down: last_good}}\n"


def ttl(line, defaults=""):
    return model(WEB + defaults + zone(f"www: {{failover: [web]{line}}}")).steered["www.example.com."].ttl


def test_a_ttl_is_fixed_or_between_bounds():
    assert ttl("") == Ttl(30, 30)
    assert ttl(", ttl: 1m") == Ttl(60, 60)
    assert ttl(", ttl: {min: 10s, max: 5m}") == Ttl(10, 300)


def test_a_bound_that_is_left_out_is_the_defaults_as_far_as_it_fits():
    assert ttl(", ttl: {max: 5m}", DEFAULTS) == Ttl(20, 300)
    assert ttl(", ttl: {max: 10s}", DEFAULTS) == Ttl(10, 10)
    assert ttl(", ttl: {min: 1m}", DEFAULTS) == Ttl(60, 120)
    assert ttl(", ttl: {min: 5m}", DEFAULTS) == Ttl(300, 300)


def test_what_a_name_leaves_out_comes_from_the_defaults():
    found = model(WEB + DEFAULTS + zone("www: {failover: [web, other]}", "api: {failover: [web], failback: auto}"))

    assert found.steered["www.example.com."].ttl == Ttl(20, 120)
    assert found.trees["www.example.com."].failback == Failback(None)
    assert found.trees["www.example.com."].common.on_all_down.kind is LastResort.LAST_GOOD
    assert found.trees["api.example.com."].failback == Failback(0.0)


def test_defaults_written_wrong_are_told():
    expect(
        "gslb: 1\ndefaults: {monitor: {timeout: 20s, §intrval: 1s}, steer: {ttl: §5, failback: §never}, §pools: {}}\n",
        "unknown key intrval | did you mean interval?",
        "ttl: 5 has no unit | write 5s",
        "failback: never is unknown | write auto or manual",
        "unknown key pools | known: monitor, steer",
    )


def test_a_default_timeout_above_the_interval_is_told():
    expect(
        "gslb: 1\ndefaults: {monitor: {timeout: §20s}}\n",
        "timeout is above interval | a probe ends before the next begins",
    )
