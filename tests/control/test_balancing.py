"""Balancers and load nodes as a scrape shows them."""

from gslb.control.balancing import Balancing, balancer_samples, load_samples
from gslb.policy import Carried


def test_backends_rates_use_and_age_of_each_balancer():
    told = (
        Balancing("edge/eu-west", "web/eu-west", 0.4, 3, 4, 1630.0, 2.0, 0.91),
        Balancing("edge/us-east", "web/us-east", 7.0, 2, 2, 10.0, 0.0, None),
    )

    assert dict(balancer_samples(told)) == {
        "gslb_balancer_backends": [
            (("edge/eu-west", "up"), 3),
            (("edge/eu-west", "down"), 1),
            (("edge/us-east", "up"), 2),
            (("edge/us-east", "down"), 0),
        ],
        "gslb_balancer_requests": [
            (("edge/eu-west", "all"), 1630.0),
            (("edge/eu-west", "failed"), 2.0),
            (("edge/us-east", "all"), 10.0),
            (("edge/us-east", "failed"), 0.0),
        ],
        "gslb_balancer_utilisation": [(("edge/eu-west",), 0.91)],
        "gslb_balancer_age_seconds": [(("edge/eu-west",), 0.4), (("edge/us-east",), 7.0)],
    }


def test_factors_by_node_and_child():
    loads = {"feed.example.com.|web/eu-west": Carried(0.6, 0.91)}

    assert list(load_samples(loads)) == [("gslb_load_factor", [(("feed.example.com.", "web/eu-west"), 0.6)])]
