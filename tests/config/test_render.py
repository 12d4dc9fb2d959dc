"""Faults as people see them."""

from gslb.config import explain_faults
from gslb.model import Fault, Mark

TEXT = "gslb: 1\n        failover: [web/main, web/spair]\n\tx: 1\n"


def test_a_fault_shows_its_line_and_a_caret_with_the_hint():
    fault = Fault("unknown endpoint web/spair", Mark("gslb.yaml", 2, 30), "did you mean web/spare?")

    assert explain_faults([fault], lambda path: TEXT).splitlines() == [
        "gslb.yaml:2:30  unknown endpoint web/spair",
        "    2 |         failover: [web/main, web/spair]",
        "      |                              ^ did you mean web/spare?",
    ]


def test_a_fault_without_a_hint_has_a_bare_caret():
    assert explain_faults([Fault("x", Mark("f", 1, 1))], lambda path: TEXT).splitlines()[2] == "      | ^"


def test_a_caret_stays_under_its_place_behind_tabs():
    assert explain_faults([Fault("x", Mark("f", 3, 2))], lambda path: TEXT).splitlines()[1:] == [
        "    3 | \tx: 1",
        "      | \t^",
    ]


def test_a_fault_without_a_place_or_a_readable_file_stands_alone():
    def read(path):
        raise FileNotFoundError(path)

    faults = [Fault("no place", hint="h"), Fault("gone", Mark("f", 1, 1)), Fault("gone too", Mark("f", 2, 1))]

    assert explain_faults(faults, read) == "no place (h)\nf:1:1  gone\nf:2:1  gone too"


def test_a_place_past_the_end_of_the_file_stands_alone():
    assert explain_faults([Fault("x", Mark("f", 9, 1))], lambda path: TEXT) == "f:9:1  x"


def test_each_file_is_read_once():
    read = []
    explain_faults([Fault("a", Mark("f", 1, 1)), Fault("b", Mark("f", 2, 1))], lambda path: read.append(path) or TEXT)

    assert read == ["f"]
