"""Where a tree ends: endpoints, fixed records, other names of ours."""

import pytest

from gslb.image import Constant
from gslb.model import Alias, Common, Failback, Failover, Family, LastResort, Leaf, OnAllDown, Rdata, Simple
from gslb.policy import Latch, Memory, Outcome, choose, classify, remember
from gslb.policy.kinds import KINDS
from gslb.policy.leaf import choose_alias
from gslb.policy.look import Look
from kit.trees import WALL, an_ask, answers, believed, leaf, pool, verdict

EU, US = "web/eu-west", "web/us-east"


def test_an_endpoint_is_the_whole_answer_with_its_verdicts_horizon():
    one = leaf(EU, "ready")
    (check,) = one.checks(Family.V4)
    ask = an_ask(verdicts={check: verdict(check, horizon=11.0, suspect=True)})

    outcome = choose(Simple(Common("www"), (one,)), ask).outcome

    assert outcome == Outcome((one,), 11.0, suspect=True)
    assert outcome.why[-1].text == "UP since 1d 1h  ready 200 OK, 3/3 vantages"


def test_a_gate_without_a_target_counts_like_any_check():
    gated = Leaf(EU, leaf(EU).endpoint, (), ("beat",))
    tree = Failover(Common("www"), (gated, leaf(US, number=2)))

    assert answers(tree) == [(EU,)]
    assert choose(tree, an_ask(tree, verdicts={})).outcome.leaves[0].path == US


RECORDS = Rdata(Common("www/#0", monitors=("beat",)), "A", ("192.0.2.7", "192.0.2.8"))
TEXT = Rdata(Common("www/#0"), "TXT", ("x",))


def test_records_are_answered_whole_while_their_monitors_pass():
    tree = Failover(Common("www"), (RECORDS, leaf(US)))

    assert choose(tree, an_ask(tree)).outcome.leaves == (RECORDS,)
    assert answers(tree, down=("beat",)) == [(US,)]
    assert answers(tree, waiting=("beat",)) == [(US,)]


@pytest.mark.parametrize(("records", "family"), [(RECORDS, Family.V6), (TEXT, Family.V4), (TEXT, Family.V6)])
def test_records_of_another_type_take_no_part(records, family):
    tree = Failover(Common("www"), (records, leaf(US, v6=True)))

    assert answers(tree, family=family) == [(US,)]


def test_records_are_bounded_by_their_monitors():
    tree = Failover(Common("www"), (RECORDS, leaf(US)))
    verdicts = {check: verdict(check, horizon=7.0) for check in believed(tree)}

    assert choose(tree, an_ask(tree, verdicts=verdicts)).outcome.horizon == 7.0


def test_records_may_be_the_last_good_answer():
    other = Rdata(Common("www/#1", monitors=("beat",)), "A", ("192.0.2.9",))
    tree = Failover(Common("www", on_all_down=OnAllDown(LastResort.LAST_GOOD)), (RECORDS, other))
    memory = Memory(last_good={"www|A": ("www/#1",)})

    assert answers(tree, down=("beat",), memory=memory) == [("www/#1",)]


OTHER = Failover(Common("other"), (pool("other/a", "eu-west"), pool("other/b", "us-east")), Failback(600.0))
ALIAS = Alias(Common("www", monitors=("beat",)), "other.example.", OTHER)


def test_an_alias_answers_what_the_other_name_does():
    assert answers(ALIAS) == answers(OTHER) == [(EU,)]
    assert answers(ALIAS, down=(EU,)) == [(US,)]


def test_an_alias_reads_the_memory_of_the_other_name_and_keeps_none():
    memory = Memory(latches={"other|A": Latch("b", (("a", WALL - 60),))})

    assert answers(ALIAS, memory=memory) == answers(OTHER, memory=memory) == [(US,)]
    assert remember(ALIAS, [an_ask(ALIAS, verdicts=believed(ALIAS, down=(EU,)))], Memory(), WALL) == Memory()


def test_an_alias_is_healthy_only_with_its_own_monitors_too():
    tree = Failover(Common("top"), (ALIAS, leaf("web/eu-north", number=9)))

    assert answers(tree) == [(EU,)]
    assert answers(tree, down=("beat",)) == [("web/eu-north",)]
    assert answers(tree, down=(EU, US)) == [("web/eu-north",)]


def test_an_alias_ends_with_its_own_monitors_too():
    verdicts = {check: verdict(check, horizon=5.0 if check.monitor == "beat" else 60.0) for check in believed(ALIAS)}

    assert choose(ALIAS, an_ask(ALIAS, verdicts=verdicts)).outcome.horizon == 5.0


def test_an_alias_to_static_data_is_for_the_name_server_to_look_up():
    static = Alias(Common("www"), "static.example.")

    for family in Family:
        assert choose(static, an_ask(static, family=family)) == Constant(Outcome((static,)))
    assert classify(static, an_ask().location) == ()


def test_only_a_healthy_name_is_chosen_from():
    ask = an_ask(ALIAS, verdicts=believed(ALIAS, down=(EU, US)))

    with pytest.raises(ValueError, match=r"other\.example\. is not healthy"):
        choose_alias(ALIAS, Look(ask, KINDS), ())
