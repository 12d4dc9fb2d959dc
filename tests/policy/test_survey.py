"""The whole tree as one client sees it."""

from gslb.geo import Location
from gslb.model import Common, Failover, Geo
from gslb.policy import Latch, Memory, survey
from kit.trees import an_ask, believed, leaf, pool

INSIDE = Failover(Common("www/DE", fence=True), (pool("www/DE/a", "eu-west"), pool("www/DE/b", "eu-north")))
TREE = Geo(Common("www"), (("DE", INSIDE), ("default", leaf("web/us-east", "ready", number=3))))


def test_every_node_is_told_with_its_health_and_whether_this_client_reaches_it():
    memory = Memory(latches={"www/DE|A": Latch("b")})
    verdicts = believed(TREE, down=("web/eu-west",))
    ask = an_ask(TREE, location=Location("europe", "DE"), verdicts=verdicts, memory=memory)

    found = [(one.depth, one.kind, one.path, one.healthy, one.within) for one in survey(TREE, ask)]

    assert found == [
        (0, "geo", "www", True, True),
        (1, "failover", "www/DE", True, True),
        (2, "simple", "www/DE/a", False, True),
        (3, "endpoint", "web/eu-west", False, True),
        (2, "simple", "www/DE/b", True, True),
        (3, "endpoint", "web/eu-north", True, True),
        (1, "endpoint", "web/us-east", True, False),  # beyond the fence
    ]


def test_texts_tell_counts_latches_and_verdicts():
    memory = Memory(latches={"www/DE|A": Latch("b")})
    ask = an_ask(TREE, location=Location("europe", "DE"), memory=memory)

    texts = {one.path: one.text for one in survey(TREE, ask)}

    assert texts["www"] == "2 of 2 healthy"
    assert texts["www/DE"] == "2 of 2 healthy, stays with b"
    assert texts["web/eu-west"] == "UP since 1d 1h  ready 200 OK, 3/3 vantages"
