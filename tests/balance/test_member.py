"""What algorithms see of a member is what a plain one has."""

from gslb.balance import Member
from kit.members import Upstream


def test_a_plain_upstream_is_a_member():
    member: Member = Upstream("web/eu-west/a", weight=3, active=2, latency=0.5)

    assert (member.name, member.weight, member.active, member.latency) == ("web/eu-west/a", 3, 2, 0.5)
