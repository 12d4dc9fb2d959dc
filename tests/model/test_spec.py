"""Policies as written: plain values, equal when they mean the same."""

from gslb.model import FailoverSpec, Mark, Options, Reference, Steered, Word


def test_a_spec_is_equal_to_one_written_elsewhere():
    one = FailoverSpec(Options(mark=Mark("f", 1, 1)), (Reference(Word("web", Mark("f", 1, 9)), Mark("f", 1, 9)),))
    other = FailoverSpec(Options(mark=Mark("g", 7, 1)), (Reference("web"),))

    assert one == other
    assert hash(one) == hash(other)


def test_a_steered_name_has_a_ttl_of_half_a_minute_unless_told():
    assert Steered("www.example.com.", "example.com.", Reference("web")).ttl.maximum == 30
