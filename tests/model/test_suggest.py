"""What was probably meant."""

from gslb.model import did_you_mean


def test_the_nearest_word_is_suggested():
    assert did_you_mean("web/spair", ["web/spare", "web/main"]) == "did you mean web/spare?"


def test_nothing_is_suggested_when_nothing_is_near():
    assert did_you_mean("xyz", ["web"]) == ""
    assert did_you_mean("xyz", []) == ""
