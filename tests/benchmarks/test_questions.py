import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from questions import CASES, NEW_LABEL, fault, messages, sample, write_queries
from world import World

WORLD = World(names=10, many=20, pools=4, networks=50)


def answer(asked, *addresses, rcode=dns.rcode.NOERROR, scope=None):
    told = dns.message.make_response(asked)
    told.flags |= dns.flags.AA
    told.set_rcode(rcode)
    if addresses:
        told.answer.append(dns.rrset.from_text(asked.question[0].name, 30, "IN", "A", *map(str, addresses)))
    if scope is not None:
        (client,) = asked.options
        told.use_edns(0, options=[dns.edns.ECSOption(client.address, client.srclen, scope)])
    return told


@pytest.mark.parametrize("key", CASES)
def test_what_a_generator_reads_is_the_same_as_the_messages(tmp_path, key):
    case = CASES[key]

    framed = write_queries(case, WORLD, tmp_path / key).read_bytes()

    wires = [each.to_wire() for each in messages(case, WORLD)]
    assert framed == b"".join(len(wire).to_bytes(2, "big") + wire for wire in wires)
    assert len(wires) == {"many": 20, "ecs": 50, "nxdomain": 1}.get(key, 10)


def test_a_cookie_ends_its_query_where_the_generator_makes_it_new():
    (asked, *_) = messages(CASES["cookies"], WORLD)

    assert asked.to_wire()[-12:] == bytes([0, 10, 0, 8]) + bytes(8)


def test_a_name_that_is_to_be_made_new_has_a_long_first_label():
    (asked,) = messages(CASES["nxdomain"], WORLD)

    assert asked.question[0].name.labels[0].decode() == NEW_LABEL
    assert len(NEW_LABEL) >= 12


@pytest.mark.parametrize("key", ["static", "many", "mixed", "cookies"])
def test_a_plain_name_has_its_own_address(key):
    for asked in sample(CASES[key], WORLD):
        number = int(asked.question[0].name.labels[0][1:])

        assert fault(CASES[key], WORLD, answer(asked, f"192.0.2.{number}")) is None
        assert "wrong answer" in fault(CASES[key], WORLD, answer(asked, "192.0.2.99"))


def test_a_steered_name_has_one_address_of_its_pool():
    case = CASES["steered"]
    for asked in sample(case, WORLD):
        pool = WORLD.pool_endpoints[int(asked.question[0].name.labels[0][1:]) % WORLD.pools]

        assert fault(case, WORLD, answer(asked, pool[0])) is None
        assert fault(case, WORLD, answer(asked, pool[1])) is None
        assert fault(case, WORLD, answer(asked, *pool)) is not None


def test_an_answer_by_network_is_of_the_networks_site_and_says_how_far_it_holds():
    case = CASES["ecs"]
    for asked, (_, site) in zip(in_order(case), WORLD.site_networks, strict=True):
        right, other = WORLD.site_endpoints[site], WORLD.site_endpoints[(site + 1) % WORLD.sites]

        assert fault(case, WORLD, answer(asked, right, scope=24)) is None
        assert fault(case, WORLD, answer(asked, right, scope=0)) is not None
        assert fault(case, WORLD, answer(asked, right)) is not None
        assert fault(case, WORLD, answer(asked, other, scope=24)) is not None


def in_order(case):
    """The queries by the address of their network."""
    return sorted(messages(case, WORLD), key=lambda asked: [int(part) for part in asked.options[0].address.split(".")])


def test_a_name_that_does_not_exist_is_told_so():
    (asked,) = messages(CASES["nxdomain"], WORLD)

    assert fault(CASES["nxdomain"], WORLD, answer(asked, rcode=dns.rcode.NXDOMAIN)) is None
    assert "not an authoritative NXDOMAIN" in fault(CASES["nxdomain"], WORLD, answer(asked))


def test_an_answer_without_authority_is_wrong():
    asked = sample(CASES["static"], WORLD)[0]
    told = answer(asked, "192.0.2.1")
    told.flags &= ~dns.flags.AA

    assert "not an authoritative NOERROR" in fault(CASES["static"], WORLD, told)
