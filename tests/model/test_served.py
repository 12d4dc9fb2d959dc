"""What must hold of balancers, as an operator who writes it wrong is told."""

import pytest

from kit.language import expect, model

TEXT = """\
gslb: 1
regions: {{eu: {{}}, us: {{}}}}
monitors:
  backs: {{balancer: {heard}}}
  all-of-it: {{all: [backs]}}
pools:
  web: {{endpoints: {{eu: {{address: 192.0.2.1, monitor: {on_web}}}, us: 192.0.2.2}}}}
  api: {{endpoints: {{eu: {{address: 192.0.2.3, monitor: {on_api}}}}}}}
balancers:
  edge: {{serves: {serves}, token: {token}}}
  {more}
zones: {{z.test: {{records: "@ 1h NS ns.elsewhere.test.", steer: {{www: {{failover: [web, api]}}}}}}}}
"""
RIGHT = {"heard": "edge", "on_web": "backs", "on_api": "none", "serves": "web", "token": "file:t", "more": ""}


def text(**changes):
    return TEXT.format(**RIGHT | changes)


def test_a_balancer_with_a_monitor_that_hears_it_is_right():
    found = model(text(token="{eu: file:t, us: env:T}"))

    assert (found.balancers["edge"].serves, len(found.balancers["edge"].tokens)) == ("web", 2)
    assert found.trees["www.z.test."].children[0].children[0].monitors == ("backs",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"serves": "§wep"}, "unknown pool wep | did you mean web?"),
        ({"heard": "§egde"}, "unknown balancer egde | did you mean edge?"),
        ({"token": "{§su: file:t}"}, "web has no endpoint su"),
        ({"more": "other: {serves: §web}"}, "web is served by edge already | one balancer stands on a pool"),
    ],
    ids=["pool", "balancer", "endpoint", "twice"],
)
def test_what_does_not_fit_together_is_told(changes, message):
    expect(text(**changes), message)


@pytest.mark.parametrize("word", ["backs", "all-of-it"])
def test_a_monitor_that_hears_a_balancer_hangs_on_what_that_serves(word):
    wrong = text(on_api=word).replace("api: {endpoints: {eu: {", "api: {endpoints: {§eu: {")
    expect(wrong, "backs hears edge, which does not serve api | hang it on web, which edge stands on")
