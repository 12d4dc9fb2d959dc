"""Trees as lines to read."""

from gslb.config import outline
from gslb.config.outline import failback
from gslb.model import Failback
from kit.language import model

TEXT = """\
gslb: 1
networks: {office: 192.0.2.0/24}
regions: {eu: {at: FRA}, us: {at: IAD}}
monitors: {up: 'tcp://:1', beat: {push: file:b, every: 10s}}
pools:
  web: {monitor: up, endpoints: {eu: 192.0.2.1, us: [192.0.2.2, '::1']}}
  text: {type: TXT, endpoints: {eu: a}}
zones:
  example.com:
    steer:
      geo: {geo: {DE: {latency: web, fence: true}, default: {alias: plain}}, min_healthy: 2, monitor: beat}
      plain: {failover: [{weighted: {web: 1}, by: client}, web/eu], failback: auto, trickle: 2%, locate: ecs}
      near: {geoproximity: web, bias: {eu: 20}, on_all_down: {fallback: web/us}}
      net: {network: {office: {sticky: web}, default: {multivalue: web}}}
      feed: {load: web, high_water: 85%, window: 2m}
      static: {alias: ns1, locate: resolver}
      text: {failover: [text, {rdata: b, type: TXT}]}
"""


def shown(name):
    found = model(TEXT)
    tree = found.trees[f"{name}.example.com."]
    return [f"{'  ' * (line.depth - 1)}{line.key} {line.value}" for line in outline(tree)]


def test_a_tree_over_places_and_regions():
    assert shown("geo") == [
        "policy geo, monitors beat, min_healthy 2, on_all_down open",
        "  DE latency, hysteresis 15%, switch_after 0s, fence",
        "    eu simple web",
        "      - web/eu  192.0.2.1  monitors up",
        "    us simple web",
        "      - web/us  192.0.2.2, ::1  monitors up",
        "  default alias plain.example.com.",
    ]


def test_a_tree_of_rungs_and_weights():
    assert shown("plain") == [
        "policy failover, failback auto, trickle 2%, on_all_down open",
        "  1. weighted by client",
        "    1 simple web",
        "      - web/eu  192.0.2.1  monitors up",
        "      - web/us  192.0.2.2, ::1  monitors up",
        "  2. web/eu  192.0.2.1  monitors up",
    ]


def test_a_tree_over_distances_and_networks():
    assert shown("near")[0] == "policy geoproximity, bias eu 20, on_all_down {fallback: web/us}"
    assert shown("net") == [
        "policy network, on_all_down open",
        "  office sticky",
        "    1 web/eu  192.0.2.1  monitors up",
        "    1 web/us  192.0.2.2, ::1  monitors up",
        "  default multivalue, 8 answers",
        "    - web/eu  192.0.2.1  monitors up",
        "    - web/us  192.0.2.2, ::1  monitors up",
    ]


def test_a_tree_of_static_names_and_rdata():
    assert shown("static") == ["policy alias ns1.example.com. (static), on_all_down open, locate resolver"]
    assert shown("text") == [
        "policy failover, failback {after: 10m}, on_all_down open",
        "  1. simple text",
        "    - text/eu  a",
        "  2. rdata TXT b",
    ]


def test_a_failback_in_words():
    assert [failback(Failback(after)) for after in (None, 0.0, 90.0)] == ["manual", "auto", "{after: 90s}"]


def test_a_tree_by_load():
    assert shown("feed") == [
        "policy load, high_water 85%, low_water 60%, window 2m, on_all_down open",
        "  1 web/eu  192.0.2.1  monitors up",
        "  1 web/us  192.0.2.2, ::1  monitors up",
    ]
