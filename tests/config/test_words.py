"""The kinds of words: each reads what it describes to editors, and nothing that it does not."""

import re
from enum import Enum
from typing import get_args

import jsonschema
import pytest
from pydantic import TypeAdapter

from gslb.config import words
from gslb.config.shape import Scalar, read
from gslb.model import Collector, Word

KINDS = {
    name: get_args(kind)[1]
    for name, kind in vars(words).items()
    if len(get_args(kind)) == 2 and isinstance(get_args(kind)[1], Scalar)
}


def reads(name, text):
    return read(TypeAdapter(getattr(words, name)), Word(text), Collector())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("Text", "a b", "a b"),
        ("Seconds", "0s", 0),
        ("TtlSeconds", "1h", 3600),
        ("Fraction", "50%", 0.5),
        ("Weight", "0", 0),
        ("Bias", "-99", -99),
        ("Answers", "8", 8),
        ("Flag", "false", False),
        ("Locate", "resolver", "resolver"),
        ("TypeWord", "srv", "SRV"),
        ("Country", "SE", "SE"),
    ],
)
def test_a_word_is_read(name, text, value):
    assert reads(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("LastResortWord", "last_good", "last_good"), ("InitialWord", "wait", "wait")],
)
def test_a_word_is_read_as_its_kind(name, text, value):
    found = reads(name, text)

    assert isinstance(found, Enum)
    assert found.value == value


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"Text"}))
def test_a_word_that_is_none_is_a_fault(name):
    faults = Collector()

    if name not in ("Path", "IdentityText", "VersionText"):  # any text is one
        assert read(TypeAdapter(getattr(words, name)), Word("§ §"), faults) is None
        assert len(faults) == 1
    assert read(TypeAdapter(getattr(words, name)), Word(""), faults) is None


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_editors_are_told_is_a_schema(name):
    schema = KINDS[name].schema

    jsonschema.Draft202012Validator.check_schema(schema)
    if "pattern" in schema:
        re.compile(schema["pattern"])
