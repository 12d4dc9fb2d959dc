"""An answer stands for as many requests as balancers count for it."""

import pytest

from gslb.config import load
from gslb.foresight import PerAnswer, per_answer

SITE = """\
gslb: 1
regions: {eu: {}, us: {}, asia: {}}
pools:
  web: {endpoints: {eu/a: 192.0.2.1, eu/b: 192.0.2.2, us: 192.0.2.3}}
  api: {endpoints: {us: 192.0.2.4}}
  idle: {endpoints: {asia: 192.0.2.5}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {www: web, api: api}
"""


@pytest.mark.parametrize(
    ("requests", "answers", "found"),
    [
        ({"web/eu/a": 300.0, "web/eu/b": 100.0, "web/us": 50.0}, {"eu": 10.0, "us": 90.0}, PerAnswer(40.0, ("eu",))),
        (
            {"web/eu/a": 300.0, "web/eu/b": 100.0, "web/us": 50.0, "api/us": 50.0},
            {"eu": 10.0, "us": 10.0},
            PerAnswer(25.0, ("eu", "us")),
        ),
        ({"web/eu/a": 300.0}, {"eu": 10.0}, None),
        ({"idle/asia": 300.0}, {"asia": 10.0}, None),
        ({"web/eu/a": 300.0, "web/eu/b": 100.0}, {"eu": 0.5}, None),
        ({"web/eu/a": 0.0, "web/eu/b": 0.0}, {"eu": 10.0}, None),
        ({}, {"eu": 10.0}, None),
    ],
    ids=["one region", "two regions", "in part", "never answered", "hardly asked", "no request", "no report"],
)
def test_requests_are_held_against_the_answers_that_lead_to_them(requests, answers, found):
    model = load("gslb.yaml", {"gslb.yaml": SITE}.__getitem__)

    assert per_answer(model, requests, answers) == found
