"""The file of measured rows: written by one process, read by another, and never half believed."""

from ipaddress import ip_network

import pytest

from gslb.geo import Group, Measured, MeasuredRow, read_rows, write_rows

ROWS = (
    MeasuredRow(Group(None, "DE"), "eu", 25.0, 0.3, 800),
    MeasuredRow(Group(64500, "DE"), "eu", 21.0, 0.2, 90),
    MeasuredRow(Group(64501, None), "eu", 21.5, 0.2, 90),
    MeasuredRow(ip_network("203.0.113.0/24"), "us-east", 18.0, 0.05, 412),
    MeasuredRow(ip_network("2001:db8::/56"), "eu", 0.5, 0.05, 1),
)


def test_what_is_written_is_read():
    assert read_rows(write_rows(ROWS)) == ROWS
    assert read_rows(write_rows(())) == ()


def test_a_row_says_whose_it_is():
    assert ROWS[3].measured == Measured("us-east", 18.0, 0.05, "its prefix")
    assert ROWS[1].measured == Measured("eu", 21.0, 0.2, "AS64500 DE")


@pytest.mark.parametrize(
    "line",
    [
        "DE,eu,25,0.3",
        "de,eu,25,0.3,1",
        "DEU,eu,25,0.3,1",
        "ASN,eu,25,0.3,1",
        "203.0.113.1/24,eu,25,0.3,1",
        "DE,eu,-5,0.3,1",
        "DE,eu,nan,0.3,1",
        "DE,eu,5,-1,1",
        "DE,,5,0.1,1",
        "DE,eu,5,0.1,many",
    ],
)
def test_a_line_that_is_none_spoils_the_file(line):
    with pytest.raises(ValueError, match="line 8"):
        read_rows(write_rows(ROWS) + line + "\n")
