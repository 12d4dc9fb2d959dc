"""The engine and `respond` say the same, octet for octet, about zones that nobody wrote by hand."""

from ipaddress import ip_address

from conformance.generate import cases, query

from gslb.engine import NoAnswer, answer
from gslb.geo import Atlas
from gslb.model import Model, ZoneSource
from gslb.nameserver import Belief, Client, World, respond
from gslb.zone import Zones, load
from kit.worlds import Published

SENDER = ip_address("127.0.0.1")


def test_both_give_the_same_octets_for_any_zone(tmp_path):
    made = cases(seed=5, zones=60, questions=100)
    zones = Zones(load(ZoneSource(case.zone, records=case.text), lambda path: "") for case in made)
    published = Published(tmp_path, World(Model(), zones, Atlas.build(), {}, {}), Belief())
    forwarded = 0
    for case in made:
        for number, question in enumerate(case.questions):
            packet = query(question, number)
            fast = answer(published.tables, packet, SENDER.packed, lambda: 0)
            if fast is NoAnswer.FORWARD:
                forwarded += 1
                continue
            assert fast == respond(packet, Client(SENDER), published.view, lambda: 0), f"{question}\n{case.text}"

    assert forwarded < 0.1 * 60 * 100, "the responder is for the odd question only"
