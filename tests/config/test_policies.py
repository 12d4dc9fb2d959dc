"""Policy nodes as written, to specs; and every way to write one wrong, at any depth."""

import pytest

from gslb.model import (
    AliasSpec,
    Failback,
    FailoverSpec,
    GeoproximitySpec,
    GeoSpec,
    LastResort,
    LatencySpec,
    LoadSpec,
    MultivalueSpec,
    NetworkSpec,
    OnAllDownSpec,
    RdataSpec,
    Reference,
    Share,
    SimpleSpec,
    StickySpec,
    WeightedSpec,
)
from kit.language import WEB, expect, model, zone

W, OTHER = Reference("web"), Reference("other")


def spec(line):
    return model(f"{WEB}policies:\n  p: {line}\n").policies["p"]


def parts(found):
    """A spec's own fields, without what any node carries."""
    return type(found), *(getattr(found, name) for name in type(found).__slots__ if name != "options")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{simple: web}", (SimpleSpec, (W,))),
        ("{simple: [web, other]}", (SimpleSpec, (W, OTHER))),
        ("{weighted: web}", (WeightedSpec, (Share(None, W),), False)),
        ("{weighted: {web: 95, other: 5}, by: client}", (WeightedSpec, (Share(95, W), Share(5, OTHER)), True)),
        ("{failover: [web, other]}", (FailoverSpec, (W, OTHER), None, 0.0)),
        ("{failover: [web], failback: auto, trickle: 2%}", (FailoverSpec, (W,), Failback(0.0), 0.02)),
        ("{failover: [web], failback: manual}", (FailoverSpec, (W,), Failback(None), 0.0)),
        ("{failover: [web], failback: {after: 1h}}", (FailoverSpec, (W,), Failback(3600.0), 0.0)),
        ("{latency: web}", (LatencySpec, W, (), 0.15, 0.0)),
        ("{latency: web, in: eu-west, hysteresis: 20%, switch_after: 2m}", (LatencySpec, W, ("eu-west",), 0.2, 120.0)),
        ("{geo: {DE: web, default: other}}", (GeoSpec, (("DE", W), ("default", OTHER)), False)),
        ("{geo: {DE: web}, nodata: allow}", (GeoSpec, (("DE", W),), True)),
        ("{geoproximity: web, bias: {eu-west: 20}}", (GeoproximitySpec, W, (), (("eu-west", 20),))),
        ("{geoproximity: web, in: [us-east]}", (GeoproximitySpec, W, ("us-east",), ())),
        (
            "{network: {192.0.2.0/24: web, default: other}}",
            (NetworkSpec, (("192.0.2.0/24", W), ("default", OTHER)), False),
        ),
        ("{multivalue: web, answers: 4}", (MultivalueSpec, (W,), 4)),
        ("{multivalue: [web, other]}", (MultivalueSpec, (W, OTHER), 8)),
        ("{load: web}", (LoadSpec, (Share(None, W),))),
        ("{load: {web: 1}, high_water: 90%, low_water: 50%}", (LoadSpec, (Share(1, W),))),
        ("{sticky: web}", (StickySpec, (Share(None, W),))),
        ("{sticky: [web, other]}", (StickySpec, (Share(None, W), Share(None, OTHER)))),
        ("{sticky: {web: 1}}", (StickySpec, (Share(1, W),))),
        ("{rdata: ['\"a\"', '\"b\"'], type: TXT}", (RdataSpec, "TXT", ('"a"', '"b"'))),
        ("{rdata: 192.0.2.9}", (RdataSpec, "A", ("192.0.2.9",))),
        ("{rdata: '2001:db8::9'}", (RdataSpec, "AAAA", ("2001:db8::9",))),
        ("{alias: www}", (AliasSpec, "www")),
        ("{policy: web}", (Reference, "web")),
        ("web", (Reference, "web")),
    ],
)
def test_a_node_says_what_it_means(line, expected):
    assert parts(spec(line))[: len(expected)] == expected


def test_what_any_node_may_carry():
    options = spec("{failover: [web], monitor: none, min_healthy: 1, fence: true, locate: resolver}").options

    assert (options.monitors, options.min_healthy, options.fence, options.locate) == (("none",), 1, True, "resolver")
    assert str(options.mark) == "gslb.yaml:9:7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open", OnAllDownSpec()),
        ("last_good", OnAllDownSpec(LastResort.LAST_GOOD)),
        ("closed", OnAllDownSpec(LastResort.CLOSED)),
        ("{fallback: other}", OnAllDownSpec(LastResort.FALLBACK, "other")),
    ],
)
def test_what_to_do_when_all_is_down(text, expected):
    assert spec(f"{{failover: [web], on_all_down: {text}}}").options.on_all_down == expected


def test_nodes_stand_inside_nodes():
    found = spec("{geo: {DE: {failover: [{weighted: {web: 1}}, other]}, default: web}}")

    assert found.branches[0][1].children[0].children == (Share(1, W),)


def test_alias_is_never_a_bare_string():
    expect(
        WEB + zone("www: web", "shop: {failover: [§www.example.com.]}"),
        "unknown pool or policy www.example.com. | another name of ours is written {alias: www.example.com.}",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{failover: [§webb]}", "unknown pool or policy webb | did you mean web?"),
        ("{failover: [§web/eu-wst]}", "unknown endpoint web/eu-wst | did you mean web/eu-west?"),
        ("{failover: [§eu-west]}", "eu-west is a region | write POOL/eu-west"),
        ("{failover: §web}", "failover: a list is expected here | write [one, two]"),
        ("{failover: §[]}", "failover: nothing is listed here"),
        ("{failover: [web, §web]}", "web stands here twice"),
        ("§{failovr: [web]}", "p: it does not say what policy this is | did you mean failover?"),
        ("{geo: {default: §{latencyy: web}}}", "default: it does not say what policy this is | did you mean latency?"),
        ("{geo: {default: web}, §latency: web}", "a policy is one thing, and here are geo and latency"),
        (
            "{load: web, high_water: §80}",
            "high_water: 80 has no unit | write 80%",
        ),
        (
            "{load: web, low_water: §90%}",
            "low_water: 90% is not below high_water: 80% | write high_water: 80%, low_water: 60%",
        ),
        (
            "{load: web, high_water: §50%}",
            "low_water: 60% is not below high_water: 50% | write high_water: 80%, low_water: 60%",
        ),
        ("{weighted: {web: §-1}}", "web: -1 is no whole number from 0 to 65535"),
        ("{weighted: {web: §1.5}}", "web: 1.5 is no whole number from 0 to 65535"),
        ("{weighted: §{}}", "weighted: nothing is listed here"),
        ("{weighted: {web: 1}, by: §address}", "by: address is unknown | write client"),
        ("{failover: [web], trickle: §2}", "trickle: 2 has no unit | write 2%"),
        ("{failover: [web], failback: §autom}", "failback: autom is unknown | did you mean auto?"),
        ("{failover: [web], failback: {after: §10}}", "after: 10 has no unit | write 10s"),
        ("{latency: web, §hysterisis: 1%}", "unknown key hysterisis | did you mean hysteresis?"),
        ("{latency: web, in: [§eu-wst]}", "unknown region eu-wst | did you mean eu-west?"),
        ("{§latency: other, in: [us-east]}", "nothing stands in us-east"),
        ("{geoproximity: web, bias: {eu-west: §100}}", "eu-west: 100 is no whole number from -99 to 99"),
        ("{geoproximity: web, bias: {§eu: 10}}", "unknown region eu"),
        ("{§geo: {DE: web}}", "geo has no default: other clients would get no answer | add default:, or nodata: allow"),
        ("{geo: {§UK: web, default: web}}", "unknown place UK | write GB"),
        ("{geo: {§de: web, default: web}}", "unknown place de | write DE"),
        ("{geo: {§europ: web, default: web}}", "unknown place europ | did you mean europe?"),
        ("{geo: {§Europe: web, default: web}}", "unknown place Europe | write europe"),
        ("{geo: {DE: web, default: web}, nodata: §yes}", "nodata: yes is unknown | write allow"),
        (
            "{§network: {192.0.2.0/24: web}}",
            "network has no default: other clients would get no answer | add default:, or nodata: allow",
        ),
        ("{network: {§192.0.2.1: web, default: web}}", "unknown network 192.0.2.1 | write 192.0.2.1/32"),
        (
            "{network: {§192.0.2.1/24: web, default: web}}",
            "unknown network 192.0.2.1/24 | write 192.0.2.0/24: bits are set after the prefix",
        ),
        (
            "{network: {§offic: web, default: web}}",
            "unknown network offic | write a prefix (192.0.2.0/24), AS64500, or a name under networks:",
        ),
        (
            "{network: {192.0.2.0/24: web, §192.0.2.0/24: other, default: web}}",
            "192.0.2.0/24 is written twice | first in line 9",
        ),
        (
            "{network: {2001:db8::/32: web, §2001:0db8::/32: other, default: web}}",
            "2001:db8::/32 stands under 2001:db8::/32 and under 2001:0db8::/32",
        ),
        ("{multivalue: web, answers: §9}", "answers: 9 is no whole number from 1 to 8"),
        ("{simple: [§p]}", "goes round in a circle: p -> p"),
        ("{§failover: [web], min_healthy: 2}", "min_healthy: 2 of 1 can never be"),
        ("{failover: [web], monitor: §upp}", "unknown monitor upp"),
        ("{failover: [web], on_all_down: §opn}", "on_all_down: opn is unknown | did you mean open?"),
        (
            "{failover: [web], on_all_down: {fallback: §web}}",
            "fallback is one endpoint, and web has 2 | write web/eu-west",
        ),
        ("{failover: [web], on_all_down: {fallback: §wbe}}", "unknown pool or policy wbe | did you mean web?"),
        ("{failover: [web], locate: §esc}", "locate: esc is unknown | did you mean ecs?"),
        ("{failover: [web], ttl: §30s}", "ttl: belongs to a steered name, not to a node inside"),
        (
            "{geo: {default: {failover: [web], runbook: §x}}}",
            "runbook: belongs to a steered name, not to a node inside",
        ),
        ("{rdata: [§x], type: A}", "x is no A rdata: text input is malformed"),
        ("§{rdata: a}", "type: is missing | write type: TXT, for example"),
        ("{rdata: a, type: §TXTT}", "type: TXTT is no record type | did you mean TXT?"),
    ],
)
def test_a_node_written_wrong_is_told_where_and_what_to_write(line, message):
    expect(f"{WEB}policies:\n  p: {line}\n", message)


def test_a_key_missing_and_a_key_unknown_are_both_told():
    expect(
        f"{WEB}policies:\n  p: {{failover: [web], failback: §{{§aftr: 10m}}}}\n",
        "after: is missing",
        "unknown key aftr | did you mean after?",
    )


def test_a_broken_child_is_not_blamed_on_who_uses_it():
    expect(
        "gslb: 1\npools: {web: {endpoints: {a: §x}}}\nmonitors: {m: §x}\n"
        + zone("www: {failover: [web, web/b], monitor: m}", "api: {failover: [web/a], on_all_down: {fallback: web}}"),
        "x is no address | write x. with its final dot for a name",
        "m: x is no URL to probe | write https://HOST/PATH or tcp://:PORT",
    )
