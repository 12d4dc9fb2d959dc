from ipaddress import ip_network

import pytest

from gslb.geo.table import read_prefix, read_table
from gslb.model import Fault, Faults, Mark

COLUMNS = ("prefix", "name", "note")


def test_rows_come_with_the_place_of_every_field():
    text = '\ufeff# who\n\nname, prefix\n one , 10.0.0.0/8\n,"11.0.0.0/8"\n  # more\nthree\n'
    lines, faults = read_table(text, "list.csv", COLUMNS)

    assert faults == ()
    assert [{name: (field.text, str(field.mark)) for name, field in line.fields.items()} for line in lines] == [
        {"name": ("one", "list.csv:4:2"), "prefix": ("10.0.0.0/8", "list.csv:4:8")},
        {"prefix": ("11.0.0.0/8", "list.csv:5:2")},
        {"name": ("three", "list.csv:7:1")},
    ]
    assert str(lines[0].mark) == "list.csv:4:1"


def test_too_many_fields_are_a_fault_and_the_other_rows_are_read():
    lines, faults = read_table("prefix,name\n10.0.0.0/8,a,b\n11.0.0.0/8,c\n", "list.csv", COLUMNS)

    assert [str(fault) for fault in faults] == ["list.csv:2:14  3 fields under 2 columns (columns are prefix,name)"]
    assert [line.fields["name"].text for line in lines] == ["c"]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["list.csv:1:1  no header row (begin with a line such as prefix,name,note)"]),
        ("# nothing\n\n", ["list.csv:1:1  no header row (begin with a line such as prefix,name,note)"]),
        ("prefx,name\n", ["list.csv:1:1  unknown column 'prefx' (did you mean prefix?)"]),
        (
            "prefix,zzz,name,name\n",
            [
                "list.csv:1:8  unknown column 'zzz' (columns are prefix, name, note)",
                "list.csv:1:17  column name is there already",
            ],
        ),
        ("10.0.0.0/8,x\n", ["list.csv:1:1  unknown column '10.0.0.0/8' (columns are prefix, name, note)",
                            "list.csv:1:12  unknown column 'x' (columns are prefix, name, note)"]),
        ("name\n", ["list.csv:1:1  no column prefix (the first row names the columns)"]),
    ],
)  # fmt: skip
def test_a_header_that_is_not_understood_ends_the_reading(text: str, faults: list[str]):
    with pytest.raises(Faults) as raised:
        read_table(text, "list.csv", COLUMNS)

    assert [str(fault) for fault in raised.value.faults] == faults


def test_column_names_may_be_in_capitals():
    lines, _ = read_table("PREFIX\n10.0.0.0/8\n", "list.csv", COLUMNS)

    assert lines[0].fields["prefix"].text == "10.0.0.0/8"


@pytest.mark.parametrize(
    ("row", "result"),
    [
        ("198.51.100.0/24,", "198.51.100.0/24"),
        ("198.51.100.7,", "198.51.100.7/32"),
        ("2001:DB8::/32,", "2001:db8::/32"),
        ("198.51.100.7/24,", "l:2:1  198.51.100.7/24 has bits set past its length (write 198.51.100.0/24)"),
        ("2001:db8::1/32,", "l:2:1  2001:db8::1/32 has bits set past its length (write 2001:db8::/32)"),
        ("198.51.100.0/33,", "l:2:1  '198.51.100.0/33' is no prefix (write a CIDR such as 198.51.100.0/24)"),
        ("office,", "l:2:1  'office' is no prefix (write a CIDR such as 198.51.100.0/24)"),
        (",office", "l:2:1  no prefix (write a CIDR in the column prefix, such as 198.51.100.0/24)"),
        (" 10.0.0.0/8,", "l:2:2  10.0.0.0/8 is there already (first at l:1:1)"),
    ],
)
def test_prefixes_are_read_or_faulted(row: str, result: str):
    lines, _ = read_table(f"prefix,name\n{row}\n", "l", COLUMNS)
    seen = {ip_network("10.0.0.0/8"): Mark("l", 1, 1)}
    found = read_prefix(lines[0], seen)

    assert str(found) == result
    assert isinstance(found, Fault) == ("  " in result)
