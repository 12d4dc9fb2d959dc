"""Pools as written: addresses, names and rdata of endpoints, and every way to write one wrong."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from kit.language import expect, model

TOP = "gslb: 1\nregions: {eu: {at: FRA}, us: {at: IAD}}\nmonitors: {up: 'tcp://:1'}\n"


def pool(line, top=TOP):
    return model(f"{top}pools:\n  p: {line}\n").pools["p"]


def endpoints(line, top=TOP):
    return pool(line, top).endpoints


def test_an_address_stands_alone_in_a_list_or_in_a_map():
    for line in ("192.0.2.1", "[192.0.2.1]", "{address: 192.0.2.1}", "{address: [192.0.2.1]}"):
        (endpoint,) = endpoints(f"{{endpoints: {{eu: {line}}}}}")
        assert (endpoint.path, endpoint.region, endpoint.v4) == ("p/eu", "eu", IPv4Address("192.0.2.1"))


def test_an_endpoint_has_an_address_of_each_family_and_perhaps_a_port():
    (endpoint,) = endpoints("{endpoints: {eu: ['192.0.2.1:80', '[2001:db8::1]:80']}}")

    assert (endpoint.v4, endpoint.v6) == (IPv4Address("192.0.2.1"), IPv6Address("2001:db8::1"))
    assert endpoint.port == 80


def test_an_endpoint_has_weight_note_and_monitors_of_its_own():
    (endpoint,) = endpoints("{endpoints: {eu/a: {address: 192.0.2.1, weight: 0, note: half, monitor: [none, up]}}}")

    assert (endpoint.path, endpoint.weight, endpoint.note) == ("p/eu/a", 0, "half")
    assert endpoint.monitors == ("none", "up")


def test_without_regions_an_endpoint_has_none():
    (endpoint,) = endpoints("{endpoints: {main: 192.0.2.1}}", "gslb: 1\n")

    assert endpoint.region is None


def test_a_pool_of_names_answers_cname():
    found = pool("{endpoints: {eu: WWW.example.net., us: {name: b.example.net.}}}")

    assert found.type == "CNAME"
    assert [endpoint.target for endpoint in found.endpoints] == ["www.example.net.", "b.example.net."]


@pytest.mark.parametrize(
    ("type_", "text", "host"),
    [
        ("SRV", "10 50 5061 sip-eu", "sip-eu"),
        ("MX", "10 mail.example.net.", "mail.example.net."),
        ("HTTPS", "1 . alpn=h2", None),
        ("SVCB", "1 svc.example.net.", "svc.example.net."),
        ("TXT", "'\"a b\"'", None),
        ("CAA", "'0 issue \"ca.example.net\"'", None),
    ],
)
def test_a_typed_pool_is_of_rdata_and_knows_the_host_in_it(type_, text, host):
    found = pool(f"{{type: {type_}, endpoints: {{eu: {text}}}}}")

    assert found.type == type_
    assert found.endpoints[0].target == host
    assert found.endpoints[0].rdata == text.strip("'")
    assert pool(f"{{type: {type_}, endpoints: {{eu: {{rdata: {text}}}}}}}").endpoints == found.endpoints


def test_a_pool_says_how_many_must_be_healthy():
    assert pool("{min_healthy: 2, endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}").min_healthy == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{endpoints: {eu: §192.0.2.300}}", "192.0.2.300 is no address | write 192.0.2.1 or 2001:db8::1"),
        (
            "{endpoints: {eu: §www.example}}",
            "www.example is no address | write www.example. with its final dot for a name",
        ),
        (
            "{endpoints: {eu: [192.0.2.1, §192.0.2.2]}}",
            "p/eu has one address of each family | write eu/a and eu/b for two endpoints",
        ),
        (
            "{endpoints: {eu: ['192.0.2.1:80', '§2001:db8::1']}}",
            "p/eu has two ports | write the same port at both addresses",
        ),
        (
            "{endpoints: {eu: [192.0.2.1, §a.example.]}}",
            "p/eu has one name, and no address beside it | write an endpoint for each",
        ),
        ("{endpoints: {eu: [a.example., §192.0.2.1]}}", "p/eu has one name, and no address beside it"),
        ("{endpoints: {eu: 192.0.2.1, §us: a.example.}}", "a pool is of addresses or of names, not of both"),
        ("{endpoints: {§xx: 192.0.2.1}}", "unknown region xx"),
        ("{endpoints: {§euu: 192.0.2.1}}", "unknown region euu | did you mean eu?"),
        ("{endpoints: {§eu/a/b: 192.0.2.1}}", "eu/a/b is no endpoint | write REGION or REGION/NAME"),
        ("{endpoints: {§eu/: 192.0.2.1}}", " is no name | use letters, digits, . - and _"),
        ("{endpoints: {eu: 192.0.2.1, §eu/b: 192.0.2.2}}", "p/eu/b stands beside p/eu | write p/eu/NAME for both"),
        ("{endpoints: {eu: §{weight: 1}}}", "eu has no address | write address:, name: or rdata:"),
        ("{endpoints: {eu: {address: 192.0.2.1, weight: §70000}}}", "weight: 70000 is no whole number from 0 to 65535"),
        ("{endpoints: {eu: {address: 192.0.2.1, §wait: 1}}}", "unknown key wait | did you mean weight?"),
        ("{endpoints: {eu: §[]}}", "eu: nothing is listed here"),
        ("{endpoints: §{}}", "endpoints: nothing is listed here"),
        ("§{monitor: up}", "endpoints: is missing"),
        ("{monitor: §upp, endpoints: {eu: 192.0.2.1}}", "unknown monitor upp | did you mean up?"),
        ("{endpoints: {eu: {§srv: x}}}", "srv: not supported by this version"),
        ("{endpoints: {eu: 192.0.2.1}, §resolve: 30s}", "resolve: not supported by this version"),
        ("{type: §SVR, endpoints: {eu: x}}", "type: SVR is no record type | did you mean SRV?"),
        ("{type: §NS, endpoints: {eu: x.}}", "type: NS records are not steered | write them in the zone"),
        ("{type: §ANY, endpoints: {eu: x.}}", "type: ANY records are not steered | write them in the zone"),
        ("{type: CNAME, endpoints: {eu: §x}}", "x is no whole name | write x. with its final dot"),
        ("{type: TXT, endpoints: {eu: [a, §b]}}", "p/eu has one rdata | write an endpoint for each"),
        ("{endpoints: {eu: §a..b.}}", "a..b. is no name: a dns label is empty"),
    ],
)
def test_a_pool_written_wrong_is_told_where_and_what_to_write(line, message):
    expect(f"{TOP}pools:\n  p: {line}\n", message)


def test_no_more_endpoints_can_be_healthy_than_there_are():
    expect(
        f"{TOP}pools:\n  §p: {{min_healthy: 3, endpoints: {{eu: 192.0.2.1}}}}\n",
        "min_healthy: 3 of 1 endpoints can never be",
    )


def test_rdata_that_its_type_cannot_have_is_refused():
    expect(
        f"{TOP}pools:\n  p: {{type: SRV, endpoints: {{eu: §10 x}}}}\n",
        "10 x is no SRV rdata: expecting an integer",
    )


def test_a_tcp_monitor_needs_a_port_from_somewhere():
    expect(
        "gslb: 1\npools:\n  p: {monitor: §tcp://, endpoints: {a: 192.0.2.1}}\n",
        "tcp:// has no port to connect to at p/a | write tcp://:PORT",
    )
    assert endpoints("{monitor: 'tcp://', endpoints: {eu: 192.0.2.1:80}}")[0].port == 80


def test_names_of_pools_regions_and_policies_are_one_namespace():
    expect(
        f"{TOP}pools:\n  §eu: {{endpoints: {{eu: 192.0.2.1}}}}\npolicies:\n  §eu: {{simple: eu}}\n",
        "eu is a region already | regions, pools and policies share one namespace",
        "eu is a region already | regions, pools and policies share one namespace",
    )
