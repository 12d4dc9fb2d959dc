"""The table of policies is whole."""

from typing import get_args

from gslb.model import Tree
from gslb.policy.kinds import KINDS


def test_every_kind_of_node_has_one_row_and_a_word_of_its_own():
    assert set(KINDS) == set(get_args(Tree))
    assert len({kind.word for kind in KINDS.values()}) == len(KINDS)
