"""Records as wire."""

from dns.rdatatype import RdataType

from gslb.zone.records import kind, read_record, split_records

A = b"\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"
TXT = b"\0\x10\0\1\0\0\1\0\0\2\1x"


def test_records_that_stand_behind_each_other_are_split():
    assert [*split_records(A + TXT + A)] == [A, TXT, A]
    assert [*split_records(b"")] == []


def test_a_record_is_read_as_its_ttl_and_data():
    ttl, data = read_record(TXT)

    assert (ttl, data.rdtype, data.to_text()) == (256, RdataType.TXT, '"x"')


def test_kinds_sort_as_types_do():
    assert sorted([TXT, A], key=kind) == [A, TXT]
