from dataclasses import FrozenInstanceError
from math import inf

import pytest

from gslb.health import Verdict
from kit.probing import CHECK


def test_a_verdict_is_known_settled_and_infinitely_far_from_turning_unless_told_otherwise():
    verdict = Verdict(CHECK, up=False, since=5.0, reason="refused")

    assert (verdict.known, verdict.suspect, verdict.horizon, verdict.votes, verdict.cause) == (
        True,
        False,
        inf,
        (0, 0),
        None,
    )


def test_what_is_believed_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        Verdict(CHECK, up=True, since=0.0, reason="").up = False  # type: ignore[misc]
