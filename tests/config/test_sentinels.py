"""Sentinels as written, and every way to write one wrong."""

import pytest

from gslb.config import full
from kit.language import expect, model, source


def test_one_or_several_urls():
    several = model("gslb: 1\nsentinels: [https://192.0.2.250/, 'tcp://198.51.100.250:53']\n").sentinels
    assert list(several) == ["https://192.0.2.250/", "tcp://198.51.100.250:53"]
    assert list(model("gslb: 1\nsentinels: http://192.0.2.250/up\n").sentinels) == ["http://192.0.2.250/up"]
    assert all(monitor.digest for monitor in several.values())


def test_they_are_shown():
    shown = full(source("gslb: 1\nsentinels: [https://192.0.2.250/]\n"), "https://192.0.2.250/")

    assert shown.splitlines()[0].startswith("sentinel https://192.0.2.250/")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("icmp://", "icmp is no way to ask a sentinel | write https://ADDRESS/ or tcp://ADDRESS:PORT"),
        ("tcp://:53", "tcp://:53 does not say where | write https://ADDRESS/ or tcp://ADDRESS:PORT"),
        ("tcp://192.0.2.250", "tcp://192.0.2.250 has no port to connect to | write tcp://192.0.2.250:PORT"),
        ("192.0.2.250", "192.0.2.250 is no URL to probe | write https://HOST/PATH or tcp://:PORT"),
    ],
)
def test_what_is_written_wrong_is_refused(written, fault):
    expect(f"gslb: 1\nsentinels: ['§{written}']\n", f"sentinels: {fault}")


def test_the_same_twice_is_told():
    expect(
        "gslb: 1\nsentinels: [https://192.0.2.250/, §https://192.0.2.250/]\n",
        "https://192.0.2.250/ is a sentinel already",
    )
