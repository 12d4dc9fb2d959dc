"""Bodies and scopings are values: what is equal is stored once."""

from gslb.image import Body, Scoping, Trim


def test_bodies_with_the_same_content_are_one_key():
    assert len({Body(b"a", 0x0400, 1), Body(b"a", 0x0400, 1), Body(b"a", 0x0400, 1, trim=Trim.GLUE)}) == 2


def test_a_plain_body_may_be_trimmed_without_saying_so():
    assert Trim.GLUE not in Body(b"", 0).trim


def test_by_default_an_answer_is_for_everybody():
    assert Scoping() == Scoping(by_class=False, by_prefix=False, locate_resolver=False)
