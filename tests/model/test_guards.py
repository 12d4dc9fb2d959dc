"""Sentinels as nouns: how they are asked, and what must hold of them."""

from gslb.model import Check, Monitor, MonitorKind, sentinel, sentinels
from kit.language import WEB, expect, model

WRITTEN = "gslb: 1\nsentinels: [https://192.0.2.250/, 'tcp://[2001:db8::250]:53']\n"


def test_a_sentinel_is_asked_often_and_believed_at_once_whatever_it_answers():
    made = sentinel(Monitor("https://192.0.2.250/", MonitorKind.HTTPS, "192.0.2.250", interval=30.0))

    assert (made.interval, made.timeout, made.fall, made.rise) == (1.0, 1.0, 1, 2)
    assert (made.status, made.verify) == (((100, 599),), False)


def test_what_is_asked_of_whom():
    assert list(sentinels(model(WRITTEN))) == [
        Check("https://192.0.2.250/", "", "192.0.2.250"),
        Check("tcp://[2001:db8::250]:53", "", "2001:db8::250"),
    ]


def test_a_sentinel_that_may_not_be_probed_is_told():
    expect(
        "gslb: 1\nsentinels: [§tcp://169.254.169.254:80]\n",
        "169.254.169.254 is not probed: 169.254.0.0/16 is forbidden | write probes: {allow: [169.254.169.254]} if "
        "that is meant",
    )


def test_a_sentinel_that_is_judged_itself_is_told():
    expect(
        WEB.replace("gslb: 1\n", "gslb: 1\nsentinels: [§tcp://192.0.2.1:80]\n"),
        "192.0.2.1 is web/eu-west: when it dies, every vantage thinks itself cut off | write places that have nothing "
        "to do with what is judged",
    )
