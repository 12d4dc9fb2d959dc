"""A zone as a table: whatever is asked, the entry found answers as the plan made on the spot would."""

import dns.name
import pytest
from conformance.generate import Case, cases
from dns.rdatatype import RdataType

from gslb.image import CounterLabel, Forward, Row, Shared, Static, Target, outcomes, pick
from gslb.nameserver import Slot, Table, View, fill, plan
from gslb.nameserver.sections import wire
from gslb.zone import Zone
from kit.answers import believing, serving
from kit.worlds import large

ROOT = dns.name.from_text("example.com.")


def found(table: Table, qname: dns.name.Name, rdtype: int) -> Target:
    """What a table has for a question: the name itself, else the closest that exists and what is below it.

    A shared body is given as if it stood there.
    """
    entries = {entry.name: entry for entry in table.entries}
    name, rows = qname, None
    while rows is None:
        entry = entries.get(wire(name).lower())
        if entry is not None:
            rows = entry.here if name == qname else entry.below
        name = name.parent()
    target = rows.by_type.get(rdtype, rows.other)
    return Static(table.shared[target.number], target.counter) if isinstance(target, Shared) else target


def zone_of(view: View, name: str = "example.com.") -> Zone:
    zone = view.world.zones.get(dns.name.from_text(name))
    assert zone is not None
    return zone


def asked(name: str) -> dns.name.Name:
    return dns.name.from_text(name, ROOT)


def check(case: Case) -> tuple[int, int]:
    """Every question of a case; how many were answered by the table, and how many it leaves to be made on the spot."""
    view = serving(case.text, apex=case.zone)
    zone = zone_of(view, case.zone)
    table = Table(zone, view)
    answered = forwarded = 0
    for question in case.questions:
        qname, rdtype = dns.name.from_text(question.name), RdataType.from_text(question.type)
        if not qname.is_subdomain(zone.apex):
            continue
        (expected,) = outcomes(plan(qname, rdtype, view).selector)
        target = found(table, qname, rdtype)
        if isinstance(target, Forward) or target.body.name_length not in (0, len(wire(qname))):
            forwarded += 1
            continue
        answered += 1
        assert isinstance(target, Static)
        assert target.body == expected, f"{question}\n{case.text}"
        label = table.labels[target.counter]
        assert (label.zone, label.rcode) == (
            zone.apex.to_text(),
            {0: "NOERROR", 3: "NXDOMAIN", 6: "YXDOMAIN"}[expected.flags & 15],
        )
    return answered, forwarded


def test_any_question_to_any_zone_is_answered_as_on_the_spot():
    """A hundred generated zones; and few questions are left to be made on the spot."""
    counts = [check(case) for case in cases(seed=8482, zones=100, questions=60)]
    answered, forwarded = map(sum, zip(*counts, strict=True))

    assert answered > 8 * forwarded > 0


@pytest.fixture(scope="module")
def view() -> View:
    return believing(large())


@pytest.fixture(scope="module")
def table(view) -> Table:
    return Table(zone_of(view), view)


@pytest.mark.parametrize(
    ("name", "kind", "slot"),
    [
        ("www", "A", "www A"),
        ("WWW", "AAAA", "www AAAA"),
        ("alias", "A", "alias A"),
        ("a.b.shop", "A", "*.shop A"),
        ("x.wildalias", "A", "*.wildalias A"),
        ("name", "MX", "name TYPE65280"),
        ("name", "A", "name TYPE65280"),
        ("name", "ANY", "name ANY"),
        ("name", "CNAME", "name CNAME"),
        ("@", "A", "@ A"),
        ("_sip._tcp", "SRV", "_sip._tcp SRV"),
        ("text", "ANY", "text ANY"),
    ],
)
def test_what_a_policy_answers_is_a_row(table, name, kind, slot):
    target = found(table, asked(name), RdataType.from_text(kind))

    assert isinstance(target, Row)
    row = table.rows[target.index]
    assert f"{row.name.relativize(ROOT)} {RdataType.to_text(row.rdtype)}" == slot
    assert row.wildcard == slot.startswith("*")


def test_a_row_says_which_steered_name_fills_it(table):
    filled = {f"{slot.name.relativize(ROOT)} {RdataType.to_text(slot.rdtype)}": slot.steered for slot in table.rows}

    assert filled["alias A"] == filled["*.wildalias AAAA"] == "www.example.com."
    assert filled["*.shop A"] == "*.shop.example.com."


@pytest.mark.parametrize("down", [(), ("web/eu-west",)])
def test_a_filled_row_is_the_plan_of_every_name_it_stands_for(table, down):
    """For each class of client, bucket and draw."""
    view, draws = believing(large(), *down), [0, 2**62, 2**63, 2**64 - 1]
    for slot in table.rows:
        name = dns.name.Name((b"any", *slot.name.labels[1:])) if slot.wildcard else slot.name
        stored, made = fill(slot, table.zone, view), plan(name, slot.rdtype, view)
        assert (stored.scoping, stored.places) == (made.scoping, made.places)
        classes = len(view.world.maps[stored.places].representatives) if stored.places else 1
        for class_ in range(classes):
            for each in (0, 1, 77, 65_535):
                for draw in draws:
                    left = pick(stored.selector, class_, each, draw)
                    right = pick(made.selector, class_, each, draw)
                    assert left == right or (slot.wildcard and left.wire == right.wire), f"{slot} {class_} {each}"


def test_names_that_need_a_reply_of_their_own_are_left_to_the_responder(table):
    """A CNAME is made for each name below a DNAME; DS at a child's apex is the parent's."""
    assert isinstance(found(table, asked("q.d"), RdataType.A), Forward)
    assert isinstance(found(table, asked("d"), RdataType.DNAME), Static)
    child = Table(zone_of(believing(large()), "child.example.com."), believing(large()))
    assert isinstance(found(child, asked("child"), RdataType.DS), Forward)
    assert isinstance(found(child, asked("child"), RdataType.NS), Static)


def test_ds_behind_an_alias_to_a_childs_apex_is_what_the_parent_says():
    """The one type that another of our zones answers than all others."""
    lines = "@ NS ns1", "ns1 A 192.0.2.53", "parents CNAME child", "child NS ns1", f"child DS 1 5 1 {'2B' * 20}"
    view = serving(*lines, child_example_com="@ NS ns\nns A 192.0.2.55")
    table = Table(zone_of(view), view)

    for rdtype in (RdataType.DS, RdataType.NS, RdataType.A):
        (expected,) = outcomes(plan(asked("parents"), rdtype, view).selector)
        assert found(table, asked("parents"), rdtype).body == expected
    assert found(table, asked("parents"), RdataType.DS).body.answers == 2


def test_a_wildcard_that_may_lead_back_to_itself_is_left_to_the_responder():
    """`*.w CNAME x.w` is a different chain for x.w than for all others."""
    view = serving(
        "@ NS ns1", "ns1 A 192.0.2.53", "*.w CNAME b.a.w", "a.w TXT a", "*.v CNAME ns1", "old DNAME v", "to CNAME a.old"
    )
    table = Table(zone_of(view), view)

    assert isinstance(found(table, asked("q.w"), RdataType.A), Forward)
    assert isinstance(found(table, asked("q.v"), RdataType.A), Static)
    assert isinstance(found(table, asked("to"), RdataType.A), Static)


def test_every_name_of_the_zone_has_an_entry_and_only_those(table):
    names = {dns.name.from_wire(entry.name, 0)[0].relativize(ROOT).to_text() for entry in table.entries}

    assert {"@", "ns1", "er.ent", "ent", "*.shop", "shop", "sub", "_tcp"} <= names
    assert not {"ns.sub", "x.shop", "none"} & names
    assert len(names) == len(table.entries)


def test_static_answers_share_a_counter_by_type_and_code(table):
    www, mail = found(table, asked("ns1"), RdataType.A), found(table, asked("mail"), RdataType.A)
    none = found(table, asked("none"), RdataType.A)

    assert www.counter == mail.counter
    assert table.labels[www.counter] == CounterLabel("example.com.", "A", "NOERROR")
    assert table.labels[none.counter] == CounterLabel("example.com.", "other", "NXDOMAIN")


def test_a_row_has_a_counter_for_each_endpoint_and_one_for_none(table, view):
    target = found(table, asked("failover"), RdataType.A)
    labels = table.labels[target.counter : target.counter + 3]

    assert [label.leaf for label in labels] == ["web/eu-west", "web/us-east", ""]
    assert {label.name for label in labels} == {"failover.example.com."}
    (body,) = outcomes(fill(table.rows[target.index], table.zone, believing(large(), "web/eu-west")).selector)
    assert labels[body.ordinal].leaf == "web/us-east"


def test_every_counter_is_used_once(table):
    """No row's counters overlap another's."""
    rows = {
        (target.index, target.counter)
        for entry in table.entries
        for rows in (entry.here, entry.below)
        for target in (*rows.by_type.values(), rows.other)
        if isinstance(target, Row)
    }
    starts = sorted(counter for _, counter in rows)

    assert len(rows) == len(table.rows) == len(set(starts))
    assert all(table.labels[start].name for start in starts)


def test_a_slot_is_one_question():
    slot = Slot(ROOT, RdataType.A)

    assert (slot.wildcard, slot.steered) == (False, "")


def test_the_apex_is_the_key_that_engines_find_the_zone_by(table):
    assert table.apex == b"\x07example\x03com\x00"


def test_a_new_serial_changes_the_apex_and_the_shared_bodies_and_nothing_else():
    lines = (
        "@ NS ns1",
        "ns1 A 192.0.2.53",
        "*.wild TXT x",
        "deep.er A 192.0.2.54",
        "sub NS ns.sub",
        "ns.sub A 192.0.2.77",
    )
    soa = "@ SOA ns1 hostmaster {} 7200 900 1209600 300"
    one, two = (serving(soa.format(serial), *lines) for serial in (1, 2))
    before, after = Table(zone_of(one), one), Table(zone_of(two), two)

    assert [new.name for old, new in zip(before.entries, after.entries, strict=True) if old != new] == [after.apex]
    assert not set(before.shared) & set(after.shared)
