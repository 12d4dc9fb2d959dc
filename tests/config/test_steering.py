"""What a steered name says beside its policy, and the defaults for it."""

from gslb.model import Auto, Failback, LastResort, Ttl
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


def test_auto_has_what_to_keep_and_bounds():
    both = Auto(60.0, 2_000.0)

    assert ttl(", ttl: {auto: {rto: 60s, queries: 2k/s}, min: 5s, max: 10m}") == Ttl(5, 600, both)
    assert ttl(", ttl: {auto: {rto: 60s, queries: 2k/s}}") == Ttl(10, 300, both)
    assert ttl(", ttl: {auto: {rto: 60s}, max: 1m}") == Ttl(10, 60, Auto(rto=60.0))
    assert ttl(", ttl: {auto: {queries: 500/s}}", DEFAULTS) == Ttl(20, 120, Auto(queries=500.0))


def test_auto_in_the_defaults_is_for_names_that_give_no_fixed_ttl():
    defaults = "defaults: {steer: {ttl: {auto: {rto: 60s}, min: 5s, max: 2m}}}\n"

    assert ttl("", defaults) == Ttl(5, 120, Auto(rto=60.0))
    assert ttl(", ttl: {max: 1m}", defaults) == Ttl(5, 60, Auto(rto=60.0))
    assert ttl(", ttl: 15s", defaults) == Ttl(15, 15)


def test_auto_written_wrong_is_told():
    expect(
        WEB + zone("www: {failover: [web], ttl: {auto: §{}, min: 10s}}"),
        "auto: nothing is said to keep | write rto: 60s, queries: 2k/s, or both",
    )
    expect(
        WEB + zone("www: {failover: [web], ttl: {auto: §{rto: 60s}, min: 30s, max: 30s}}"),
        "min is max: nothing is left to choose | write min: 10s, max: 5m",
    )
    expect(
        WEB + zone("www: {failover: [web], ttl: {auto: {rto: §60, queries: §0/s}}}"),
        "rto: 60 has no unit | write 60s",
        "queries: 0/s is not above zero",
    )
    expect(
        WEB + zone("www: {failover: [web], ttl: {auto: {rto: 60s, §budget: 1/s}}}"),
        "unknown key budget | known: rto, queries",
    )


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
