"""The generated zones hold what they are for."""

import re
import subprocess
import sys
from pathlib import Path

import dns.message
import pytest
from conformance.generate import Question, cases, query

from gslb.model import ZoneSource
from gslb.zone import Dname, Hit, Zone, load

TESTS = Path(__file__).resolve().parent.parent
MADE = cases(1, 60, 100)


def zones() -> list[Zone]:
    return [load(ZoneSource(case.zone, records=case.text), lambda path: "") for case in MADE]


def test_the_same_seed_makes_the_same_cases_in_every_process():
    program = "from conformance.generate import cases; print(cases(1, 20, 20))"
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": str(TESTS), "PYTHONHASHSEED": hashing},
            capture_output=True,
            check=True,
        ).stdout
        for hashing in ("1", "2")
    }

    assert made == {f"{cases(1, 20, 20)}\n".encode()}


def test_another_seed_makes_other_cases():
    assert cases(2, 5, 10) != cases(1, 5, 10)
    assert cases(1, 6, 10)[:5] == cases(1, 5, 10)


def test_each_zone_is_another():
    assert len({case.zone for case in MADE}) == len({case.text for case in MADE}) == 60
    assert {len(case.questions) for case in MADE} == {100}


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\*", r"\.\*\.", r" CNAME ", r" DNAME ", r" DS ", r" MX ", r" SRV ", r" TXT ", r" SVCB ", r" HTTPS 0 ",
        r" TYPE65400 ", r" NAPTR ", r" CAA ", r"^[a-z]*[A-Z]", r"^ns\.\S+ \d* A ", r"^\S*\*\S* \d* NS ", r"\\000\\255",
    ],
)  # fmt: skip
def test_the_zones_hold_everything_that_is_hard(pattern):
    assert re.search(pattern, "\n".join(case.text for case in MADE), re.MULTILINE)


def test_the_zones_hold_empty_non_terminals_and_cuts_with_and_without_glue():
    made = zones()

    assert any(not node.rrsets for zone in made for node in zone.nodes.values())
    assert any(zone.below_cuts for zone in made)
    assert any("has no address here" in fault.message for zone in made for fault in zone.warnings)


def test_the_questions_meet_every_kind_of_result():
    found = set()
    for case, zone in zip(MADE, zones(), strict=True):
        for question in case.questions:
            asked = dns.message.from_wire(query(question, 0)).question[0]
            if asked.name.is_subdomain(zone.apex):
                result = zone.lookup(asked.name, asked.rdtype)
                found.add(type(result).__name__ + ("!" if isinstance(result, Dname) and not result.target else ""))
                found.add("wildcard" if isinstance(result, Hit) and result.wildcard else "")
            else:
                found.add("outside")

    assert found - {""} == {
        *("Hit", "Alias", "Dname", "Dname!", "NoData", "NxDomain", "Delegation", "wildcard", "outside"),
    }


def test_a_question_is_a_packet():
    plain = dns.message.from_wire(query(Question("A.b.", "MX", edns=False), 7))
    edns = dns.message.from_wire(query(Question("A.b.", "TYPE65400"), 65_535))

    assert (plain.id, plain.flags, plain.edns, str(plain.question[0])) == (7, 0, -1, "A.b. IN MX")
    assert (edns.id, edns.edns, edns.payload, edns.ednsflags, edns.question[0].rdtype) == (65_535, 0, 1232, 0, 65_400)
