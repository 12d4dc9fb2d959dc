from dataclasses import FrozenInstanceError
from math import inf

import pytest

from gslb.health import Override, Standing, Verdict
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
    with pytest.raises(FrozenInstanceError):
        Override("web", Standing.OFF, "", "", 0.0).standing = Standing.UP  # type: ignore[misc]


def test_an_operator_has_three_words_and_an_override_may_last_for_ever():
    assert [standing.value for standing in Standing] == ["up", "drain", "off"]
    assert Override("web/eu", Standing.DRAIN, "CHG-1", "ann", 1.0).expires is None
