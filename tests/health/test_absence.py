"""Why a vantage has no say."""

from gslb.health import Absence, Lack


def test_an_absence_says_whose_and_why():
    one = Absence("eu", Lack.CUT_OFF, "reaches none of its sentinels: tcp://192.0.2.250:53 connect timeout")

    assert (one.vantage, one.lack.value) == ("eu", "cut off")
