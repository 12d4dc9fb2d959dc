"""How much room the decision log has is written as people write sizes, and shown so."""

import pytest

from gslb.config import load
from gslb.config.log import size, size_text
from gslb.model import Faults, Log


def model(text):
    return load("gslb.yaml", lambda _: f"gslb: 1\n{text}").log


@pytest.mark.parametrize(
    ("text", "octets"), [("1MB", 10**6), ("64MB", 64 * 10**6), ("1500kB", 1_500_000), ("2GB", 2 * 10**9), ("off", 0)]
)
def test_a_size_is_read_and_told_alike(text, octets):
    assert size(text) == octets
    assert size(size_text(octets)) == octets
    assert model(f"log: {{decisions: {text}}}\n") == Log(octets)


def test_without_a_word_some_room_is_given():
    assert model("") == Log(16_000_000)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("64", "64 is no size"),
        ("64MiB", "64MiB is no size"),
        ("none", "none is no size"),
        ("1kB", "1kB is not from 1MB to 1000GB"),
        ("9999GB", "9999GB is not from 1MB to 1000GB"),
    ],
)
def test_what_is_no_size_is_refused_with_what_to_write(text, said):
    with pytest.raises(Faults) as caught:
        model(f"log: {{decisions: {text}}}\n")

    assert said in str(caught.value)
