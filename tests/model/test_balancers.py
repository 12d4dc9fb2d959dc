from gslb.model import Balancer, Endpoint, Pool, Secret, Stand, stands

ONE, OTHER = Secret("file", "edge"), Secret("env", "EDGE_US")
WEB = Pool(
    "web",
    (
        Endpoint("web/eu-west", "web", "eu-west"),
        Endpoint("web/us-east/a", "web", "us-east"),
        Endpoint("web/us-east/b", "web", "us-east"),
    ),
)


def test_a_balancer_stands_at_every_endpoint_of_its_pool():
    assert stands({"edge": Balancer("edge", "web", ONE)}, {"web": WEB}) == (
        Stand("edge/eu-west", "web/eu-west", "eu-west", ONE),
        Stand("edge/us-east/a", "web/us-east/a", "us-east", ONE),
        Stand("edge/us-east/b", "web/us-east/b", "us-east", ONE),
    )


def test_a_token_of_its_own_goes_before_the_one_of_all():
    edge = Balancer("edge", "web", ONE, (("us-east/a", OTHER),))

    assert [stand.token for stand in stands({"edge": edge}, {"web": WEB})] == [ONE, OTHER, ONE]


def test_who_has_no_token_does_not_report():
    edge = Balancer("edge", "web", None, (("us-east/a", OTHER),))

    assert [stand.name for stand in stands({"edge": edge}, {"web": WEB})] == ["edge/us-east/a"]
    assert stands({"edge": Balancer("edge", "gone", ONE)}, {"web": WEB}) == ()
