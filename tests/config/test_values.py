"""Nouns back to the words of the language."""

import pytest

from gslb.config.values import values
from kit.language import model

TEXT = """\
gslb: 1
listen: {dns: ['::', 127.0.0.1], admin: '127.0.0.1:80', metrics: '[::1]:81'}
clients: {geodb: {country: c.mmdb}, overlay: o.csv, latency: {DE: {eu: 1.5ms}}}
defaults: {steer: {ttl: {min: 10s, max: 5m}, failback: manual, on_all_down: {fallback: p/eu}}}
networks: {office: [192.0.2.0/24, AS1]}
regions: {eu: {at: FRA, capacity: 20k/s, monitor: beat}, us: {}}
vantages: {eu: {token: file:t}, me: {}}
monitors:
  web: {probe: 'https://h:8443/x', headers: {A: b}, credentials: env:C, status: [200, 300-301], body: ok, quorum: 18%}
  tcp: {probe: 'tcp://:25', send: a, expect: b, quorum: 2}
  beat: {push: file:p, every: 10s}
  both: {all: [web, tcp]}
  some: {at_least: 1, of: [web, tcp], invert: true, damping: off}
  most: {at_least: 3, of: {web: 3, tcp: 1}}
pools:
  p: {monitor: tcp, endpoints: {eu: {address: ['192.0.2.1:80', '[::1]:80'], weight: 3, note: n}}}
  s: {type: TXT, endpoints: {eu: a}}
  n: {endpoints: {eu: a.example.}}
zones:
  z: {records: '@ 1d NS ns', owner: me, steer: {
    www: {failover: [p], runbook: r, failback: {after: 1h}},
    t: {failover: [p], ttl: {auto: {rto: 60s, queries: 2k/s}}}}}
"""


@pytest.fixture(scope="module")
def found():
    return model(TEXT)


DAMPING = "{falls: 2, within: 5m, hold: 5m, most: 30m}"


@pytest.mark.parametrize(
    ("section", "name", "expected"),
    [
        ("networks", "office", {"networks": "192.0.2.0/24, AS1"}),
        ("regions", "eu", {"at": "FRA", "capacity": "20k/s", "monitor": "beat"}),
        ("regions", "us", {}),
        ("vantages", "eu", {"token": "file:t", "region": "eu"}),
        ("vantages", "me", {"token": "this node"}),
        ("monitors", "beat", {"push": "file:p", "every": "10s", "grace": "10s", "initial": "wait", "damping": DAMPING}),
        ("monitors", "both", {"all": "web, tcp", "invert": "false", "damping": DAMPING}),
        ("monitors", "some", {"at_least": "1", "of": "web, tcp", "invert": "true", "damping": "off"}),
        ("monitors", "most", {"at_least": "3", "of": "web: 3, tcp: 1", "invert": "false", "damping": DAMPING}),
        (
            "pools",
            "p",
            {"type": "ADDRESS", "monitor": "tcp", "min_healthy": "1", "endpoints.eu": "192.0.2.1, ::1 port 80"},
        ),
        ("zones", "z.", {"records": "1 lines", "owner": "me"}),
        ("steered", "t.z.", {"ttl": "{auto: {rto: 1m, queries: 2k/s}, min: 10s, max: 5m}", "owner": "me"}),
        ("steered", "www.z.", {"ttl": "{min: 10s, max: 5m}", "owner": "me", "runbook": "r"}),
    ],
)
def test_a_noun_is_its_values(found, section, name, expected):
    assert dict(values(getattr(found, section)[name])) == expected


def test_a_probe_tells_what_it_asks_and_when(found):
    web, tcp = (dict(values(found.monitors[name])) for name in ("web", "tcp"))

    assert (web["probe"], web["headers.A"], web["credentials"]) == ("https://h:8443/x", "b", "env:C")
    assert (web["status"], web["body"], web["verify"], web["quorum"]) == ("200, 300-301", "ok", "true", "18%")
    assert (tcp["probe"], tcp["send"], tcp["expect"], tcp["quorum"]) == ("tcp://:25", "a", "b", "2")
    assert (tcp["interval"], tcp["timeout"], tcp["confirm_interval"]) == ("10s", "4s", "10s")


def test_endpoints_tell_what_they_are_reached_by(found):
    first = {name: dict(values(found.pools[name].endpoints[0])) for name in "psn"}

    assert first["p"] == {"address": "192.0.2.1, ::1 port 80", "weight": "3", "note": "n"}
    assert first["s"] == {"rdata": "a", "weight": "1"}
    assert first["n"] == {"name": "a.example.", "weight": "1"}


def test_sections_that_are_one_noun_are_told_too(found):
    assert dict(values(found.listen)) == {
        "dns": "[::]:53, 127.0.0.1:53",
        "admin": "127.0.0.1:80",
        "metrics": "[::1]:81",
    }
    assert dict(values(found.clients)) == {
        "locate": "ecs",
        "geodb.country": "c.mmdb",
        "geodb.warn_after": "60d",
        "overlay": "o.csv",
        "latency.DE.eu": "1.5ms",
        "measured.half_life": "1d",
        "measured.publish": "5m",
    }
    assert dict(values(found.defaults)) == {
        "steer.ttl": "{min: 10s, max: 5m}",
        "steer.failback": "manual",
        "steer.on_all_down": "{fallback: p/eu}",
    }
    assert dict(values(found.node)) == {"name": "ns1", "version": "hidden", "identity": "hidden", "workers": "auto"}


def test_what_is_read_back_means_the_same(found):
    monitor = found.monitors["web"]
    told = dict(values(monitor))
    text = (
        f"gslb: 1\nmonitors: {{web: {{probe: '{told['probe']}', headers: {{A: b}}, credentials: env:C, "
        f"status: [{told['status']}], body: ok, interval: {told['interval']}, timeout: {told['timeout']}, "
        f"rise: {told['rise']}, fall: {told['fall']}, quorum: {told['quorum']}, initial: {told['initial']}}}}}\n"
    )

    assert model(text).monitors["web"] == monitor
