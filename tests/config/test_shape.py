"""Shapes: unknown keys, keys it can do without, what comes later, one or many."""

from typing import Annotated, ClassVar

import pytest
from pydantic import Discriminator, Field, Tag, TypeAdapter

from gslb.config.compose import compose
from gslb.config.shape import OneOrMany, Shape, form, read
from gslb.config.words import Count, Text, Texts
from gslb.model import Collector


class Thing(Shape):
    later: ClassVar[frozenset[str]] = frozenset({"soon"})
    spare: ClassVar[frozenset[str]] = frozenset({"size"})

    name: Text
    size: Count = 7
    tags: Texts | None = None
    inner: dict[Text, Count] | None = None


THING = TypeAdapter(Thing)


def reading(text, adapter=THING):
    faults = Collector()
    shape = read(adapter, compose("f", text, faults), faults)
    return shape, [f"{fault.mark.line}:{fault.mark.column} {fault.message}" for fault in faults.faults]


def test_a_shape_remembers_where_its_values_stand():
    shape, faults = reading("name: a\nsize: 2\n")

    assert faults == []
    assert (shape.name, shape.size, shape.wrote("size"), shape.wrote("tags")) == ("a", 2, True, False)
    assert (shape.where("size").column, shape.key_mark("size").column, shape.where("tags").line) == (7, 1, 1)
    assert shape.mark.line == 1


def test_one_or_many():
    assert reading("{name: a, tags: x}")[0].tags == ["x"]
    assert reading("{name: a, tags: [x, y]}")[0].tags == ["x", "y"]


def test_unknown_keys_and_spare_ones_are_told_and_the_rest_is_read():
    shape, faults = reading("name: a\nsise: 3\nsize: x\nx-free: 1\n")

    assert (shape.name, shape.size) == ("a", 7)
    assert faults == ["2:1 unknown key sise", "3:7 size: x is no whole number from 1 to 1000000"]


def test_what_it_cannot_do_without_leaves_nothing():
    shape, faults = reading("size: x\n")

    assert shape is None
    assert faults == ["1:1 name: is missing", "1:7 size: x is no whole number from 1 to 1000000"]


def test_what_comes_later_leaves_nothing_but_the_other_faults():
    shape, faults = reading("name: a\nsoon: 1\nsize: x\n")

    assert shape is None
    assert faults == ["2:1 soon: not supported by this version", "3:7 size: x is no whole number from 1 to 1000000"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: [a]\n", "1:7 name: one word is expected here, no list or map"),
        ("{name: a, inner: {b: x}}\n", "1:22 b: x is no whole number from 1 to 1000000"),
        ("{name: a, inner: [b]}\n", "1:18 inner: a map is expected here"),
        ("{name: a, inner: }\n", "1:18 inner: nothing is written here"),
        ("{name: a, tags: {b: c}}\n", "1:17 tags: one word is expected here, no list or map"),
    ],
)
def test_a_fault_points_at_the_very_value(text, fault):
    assert reading(text) == (None, [fault])


def test_a_blank_shape_is_of_nothing():
    class Empty(Shape):
        size: Count = 7

    assert Empty.blank().size == 7


def test_a_union_is_told_apart_by_its_form():
    either = Annotated[
        Annotated[Count, Tag("<text>")]
        | Annotated[Annotated[list[Count], OneOrMany(), Field(min_length=1)], Tag("<list>")]
        | Annotated[Thing, Tag("<map>")],
        Discriminator(form),
    ]

    class Outer(Shape):
        it: either

    adapter = TypeAdapter(Outer)
    assert reading("it: 3", adapter)[0].it == 3
    assert reading("it: [3]", adapter)[0].it == [3]
    assert reading("it: {name: a}", adapter)[0].it.name == "a"
    assert reading("it: [3, x]", adapter)[1] == ["1:9 it: x is no whole number from 1 to 1000000"]
    assert reading("it: []", adapter)[1] == ["1:5 it: nothing is listed here"]
