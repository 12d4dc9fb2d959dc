"""The words between policies and the rest."""

from ipaddress import IPv4Address

from gslb.model import Alias, Common, Endpoint, Leaf, Rdata
from gslb.policy import Outcome, Reason
from gslb.policy.ask import name_of


def leaf(path: str) -> Leaf:
    return Leaf(path, Endpoint(path, path.split("/", maxsplit=1)[0], v4=IPv4Address("192.0.2.1")))


def test_reasons_take_no_part_in_equality():
    one = Outcome((leaf("web/a"),), why=(Reason("www", "simple", "1 of 1 healthy"),))
    other = Outcome((leaf("web/a"),))

    assert one == other
    assert hash(one) == hash(other)


def test_what_is_answered_takes_part_in_equality():
    same = Outcome((leaf("web/a"),))

    assert (
        len({same, Outcome((leaf("web/b"),)), Outcome((leaf("web/a"),), 3.0), Outcome((leaf("web/a"),), opened="open")})
        == 4
    )


def test_every_kind_of_leaf_has_a_name():
    assert name_of(leaf("web/a")) == "web/a"
    assert name_of(Rdata(Common("www/0"), "TXT", ("x",))) == "www/0"
    assert name_of(Alias(Common("www/1"), "other.example.")) == "www/1"
