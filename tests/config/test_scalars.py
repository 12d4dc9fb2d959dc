"""Words with units: what is read, what is refused and with which advice, and that texts written are read back."""

from contextlib import suppress
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.config import scalars
from gslb.config.scalars import Wrong
from gslb.model import Listener, Mark, Quorum, QuorumKind, Secret, Word


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *[("500ms", 0.5), ("30s", 30), ("1.5s", 1.5), ("10m", 600), ("2h", 7200), ("7d", 604_800), ("1w", 604_800)],
        *[("1h30m", 5400), ("1m500ms", 60.5), ("0s", 0)],
    ],
)
def test_a_duration_has_a_unit(text, seconds):
    assert scalars.duration(text) == seconds


@given(st.integers(0, 10**9))
def test_a_duration_in_whole_milliseconds_is_read_back_as_written(milliseconds):
    assert scalars.duration(scalars.duration_text(milliseconds / 1000)) == milliseconds / 1000


@given(st.integers(0, 10**9))
def test_a_duration_in_whole_seconds_is_written_in_one_unit(seconds):
    assert scalars.duration_text(seconds)[:-1].isdigit()
    assert scalars.duration(scalars.duration_text(seconds)) == seconds


@given(st.sampled_from([1, 1_000, 1_000_000, 10**9]), st.integers(0, 10**6))
def test_a_rate_is_read_back_as_written(prefix, number):
    assert scalars.rate(scalars.rate_text(number * prefix)) == number * prefix


@given(st.integers(0, 1000))
def test_a_share_is_read_back_as_written(permille):
    assert scalars.share(scalars.share_text(permille / 1000)) == pytest.approx(permille / 1000)


@given(st.text(max_size=12))
def test_any_text_is_a_value_or_wrong(text):
    for read in (
        scalars.duration,
        scalars.rate,
        scalars.share,
        scalars.quorum,
        scalars.position,
        scalars.address_and_port,
    ):
        with suppress(Wrong):
            assert read(text) is not None


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (scalars.rate, "20k/s", 20_000),
        (scalars.rate, "1.5M/s", 1_500_000),
        (scalars.rate, "7/s", 7),
        (scalars.share, "15%", 0.15),
        (scalars.share, "0.5%", 0.005),
        (scalars.ttl_seconds, "1m", 60),
        (scalars.flag, "true", True),
        (scalars.flag, "false", False),
        (scalars.whole(0, 65_535), "65535", 65_535),
        (scalars.whole(-99, 99), "-30", -30),
        (scalars.quorum, "majority", Quorum(QuorumKind.MAJORITY)),
        (scalars.quorum, "regions", Quorum(QuorumKind.REGIONS)),
        (scalars.quorum, "2", Quorum(QuorumKind.COUNT, 2)),
        (scalars.quorum, "18%", Quorum(QuorumKind.SHARE, 18)),
        (scalars.secret, "env:TOKEN", Secret("env", "TOKEN")),
        (scalars.secret, "file:/etc/token", Secret("file", "/etc/token")),
        (scalars.address_and_port, "192.0.2.1", (ip_address("192.0.2.1"), None)),
        (scalars.address_and_port, "192.0.2.1:80", (ip_address("192.0.2.1"), 80)),
        (scalars.address_and_port, "2001:db8::1", (ip_address("2001:db8::1"), None)),
        (scalars.address_and_port, "[2001:db8::1]:80", (ip_address("2001:db8::1"), 80)),
        (scalars.address_and_port, "[2001:db8::1]", (ip_address("2001:db8::1"), None)),
        (scalars.listener(53), "::", Listener("::", 53)),
        (scalars.listener(53), "127.0.0.1:5300", Listener("127.0.0.1", 5300)),
        (scalars.position, "FRA", "FRA"),
        (scalars.position, "50.03, -8.57", "50.03,-8.57"),
        (scalars.country, "NO", "NO"),
        (scalars.name, "eu-west_1.a", "eu-west_1.a"),
    ],
)
def test_a_text_is_its_value(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "message", "hint"),
    [
        (scalars.duration, "30", "30 has no unit", "write 30s"),
        (scalars.duration, "5 minutes", "5 minutes is no duration", "write 500ms, 30s, 10m, 2h or 7d"),
        (scalars.positive_duration, "0s", "0s is not above zero", ""),
        (scalars.ttl_seconds, "1.5s", "1.5s is no TTL", "write whole seconds, below 68 years"),
        (scalars.ttl_seconds, "5000w", "5000w is no TTL", "write whole seconds, below 68 years"),
        (scalars.rate, "20k", "20k has no unit", "write 20k/s"),
        (scalars.rate, "fast", "fast is no rate", "write 500/s, 20k/s or 1M/s"),
        (scalars.share, "15", "15 has no unit", "write 15%"),
        (scalars.share, "101%", "101% is no share", "write 0% to 100%"),
        (scalars.flag, "yes", "yes is neither true nor false", "write true or false"),
        (scalars.whole(0, 65_535), "65536", "65536 is no whole number from 0 to 65535", ""),
        (scalars.whole(0, 65_535), "1.5", "1.5 is no whole number from 0 to 65535", ""),
        (scalars.one_of("ecs", "resolver"), "resolvr", "resolvr is unknown", "did you mean resolver?"),
        (scalars.one_of("ecs", "resolver"), "x", "x is unknown", "write ecs or resolver"),
        (scalars.quorum, "0", "0 is no quorum", "write majority, regions, any, all, 2 or 18%"),
        (scalars.quorum, "0%", "0% is no quorum", "write majority, regions, any, all, 2 or 18%"),
        (scalars.quorum, "majorty", "majorty is no quorum", "did you mean majority?"),
        (scalars.name, "a/b", "a/b is no name", "use letters, digits, . - and _"),
        (scalars.name, "none", "none has a meaning of its own", "choose another name"),
        (scalars.secret, "hunter2", "a secret is never written here", "write file:PATH or env:NAME"),
        (scalars.secret, "env:", "a secret is never written here", "write file:PATH or env:NAME"),
        (scalars.address, "192.0.2.256", "192.0.2.256 is no address", "write 192.0.2.1 or 2001:db8::1"),
        (scalars.address_and_port, "192.0.2.1:0", "0 is no port", "write 1 to 65535"),
        (scalars.address_and_port, "192.0.2.1:99999", "99999 is no port", "write 1 to 65535"),
        (
            scalars.position,
            "Frankfurt",
            "Frankfurt is no place",
            "write an airport's code (FRA) or LAT,LON (50.03,8.57)",
        ),
        (scalars.position, "91,0", "91,0 is no place", "write an airport's code (FRA) or LAT,LON (50.03,8.57)"),
        (scalars.position, "1.2.3,0", "1.2.3,0 is no place", "write an airport's code (FRA) or LAT,LON (50.03,8.57)"),
        (scalars.country, "de", "de is no country", "write DE"),
        (scalars.country, "ZZ", "ZZ is no country", "write two capitals (DE)"),
    ],
)
def test_a_wrong_text_is_told_what_to_write(read, text, message, hint):
    with pytest.raises(Wrong) as wrong:
        read(text)

    assert (wrong.value.message, wrong.value.hint) == (message, hint)


def test_a_path_is_seen_from_the_folder_of_its_file():
    assert scalars.relative(Word("db/city.mmdb", Mark("conf/gslb.yaml", 1, 1))) == "conf/db/city.mmdb"
    assert scalars.relative(Word("/var/city.mmdb", Mark("conf/gslb.yaml", 1, 1))) == "/var/city.mmdb"
    assert scalars.secret(Word("file:t", Mark("conf/gslb.yaml", 1, 1))).name == "conf/t"
