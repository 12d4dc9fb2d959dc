"""gslb check: every fault, or what the configuration comes to."""

from pathlib import Path

import pytest

from gslb.app import assembled
from gslb.cli import main
from gslb.cli.check import notes, parents, summary, warnings
from gslb.cli.files import read_text
from kit.language import WEB, model, zone

ZONES = Path(__file__).parents[2] / "zones"
PROBED = (
    WEB.replace("web: {", "web: {monitor: 'tcp://:1', ")
    + "monitors: {quick: {probe: 'tcp://:2', interval: 2s, timeout: 1s}}\n"
)


def records(*lines):
    return "gslb: 1\nzones:\n  example.com:\n    records: |\n" + "".join(f"      {line}\n" for line in lines)


def lines(text):
    return list(summary(model(text)))


def test_the_smallest_sample_comes_to_this(capsys):
    assert main(["check", str(ZONES / "smallest.yaml")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ok  1 zone, 1 steered name, 1 monitor x 2 endpoints",
        "www  detect <= 35.0 s, worst client 65 s (30 s TTL); with interval: 5s  20 s / 50 s",
        "note: one vantage (this node): a fault here looks like a fault there. Add vantages.",
        "note: no sentinels: cut off, it takes all down; with sentinels: [https://ADDRESS/] all freezes.",
        "note: paste into the parent of gslb.example.com:",
        "  gslb.example.com. 86400 IN NS ns1.gslb.example.com.",
        "  gslb.example.com. 86400 IN NS ns2.gslb.example.com.",
        "  ns1.gslb.example.com. 86400 IN A 192.0.2.53",
        "  ns2.gslb.example.com. 86400 IN A 198.51.100.53",
    ]


def test_the_three_region_sample_comes_to_this(capsys):
    assert main(["check", str(ZONES / "three-regions.yaml")]) == 0
    out = capsys.readouterr().out.splitlines()

    assert out[:2] == [
        "ok  1 zone, 1 steered name, 1 monitor x 4 endpoints",
        "www  detect <= 12.0 s, worst client 59 s (TTL up to 47 s, by traffic: rto 60 s and 2,000 q/s)",
    ]
    assert "  ns1.gslb.example.com. 86400 IN AAAA 2001:db8:53::53" in out


def test_faults_of_the_configuration_and_of_its_zones_end_it(tmp_path, capsys):
    path = tmp_path / "gslb.yaml"
    path.write_text("gslb: 1\nzones: {example.com: {records: '@ 1d NX ns1'}}\n")

    assert main(["check", str(path)]) == 2
    assert f"{path}:2:38" in capsys.readouterr().err


def test_a_fault_inside_records_points_into_the_configuration(tmp_path, capsys):
    path = tmp_path / "gslb.yaml"
    path.write_text(records("@ 1d NS ns.example.net.", "www 1d A 192.0.2.300"))

    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err.splitlines()[:2] == [
        f"{path}:6:16  '192.0.2.300' is wrong in the data of A",
        "    6 |       www 1d A 192.0.2.300",
    ]


@pytest.mark.parametrize(
    ("steer", "line"),
    [
        ("www: web", "www  detect <= 35.0 s, worst client 65 s (30 s TTL); with interval: 5s  20 s / 50 s"),
        ('"@": web', "@  detect <= 35.0 s, worst client 65 s (30 s TTL); with interval: 5s  20 s / 50 s"),
        (
            "www: {simple: web, ttl: 1m}",
            "www  detect <= 35.0 s, worst client 95 s (60 s TTL); with interval: 5s  20 s / 80 s",
        ),
        ("www: {simple: web, monitor: quick}", "www  detect <= 8.0 s, worst client 38 s (30 s TTL)"),
        ("www: {failover: [web, other]}", "www  some endpoint has no monitor: its death is never known (30 s TTL)"),
        (
            "www: {simple: web, monitor: quick, ttl: {auto: {rto: 30s}, min: 5s, max: 1m}}",
            "www  detect <= 8.0 s, worst client 29 s (TTL up to 21 s, by traffic: rto 30 s)",
        ),
        ("www: {rdata: 192.0.2.9, ttl: {min: 1s, max: 9s}}", "www  no endpoint to probe (TTL up to 9 s)"),
    ],
)
def test_each_steered_name_tells_how_soon_a_failure_is_known(steer, line):
    assert lines(PROBED + zone(steer))[1] == line


def test_a_promise_that_no_ttl_keeps_is_told():
    def told(steer):
        return [note for note in notes(model(PROBED + zone(steer))) if "rto" in note]

    assert told("www: {simple: web, ttl: {auto: {rto: 40s}, min: 10s, max: 1m}}") == [
        "note: www: rto 40 s cannot be kept: detection and publishing take 35.5 s, and min is 10 s."
    ]
    assert told("www: {failover: [web, other], ttl: {auto: {rto: 40s}}}") == [
        "note: www: rto cannot be promised: the death of some endpoint is never known."
    ]
    assert told("www: {simple: web, ttl: {auto: {rto: 1m}, min: 10s, max: 1m}}") == []


def test_names_are_whole_where_there_are_several_zones():
    text = PROBED + "zones: {a.example: {steer: {www: web}}, b.example: {}}\n"

    assert lines(text)[0] == "ok  2 zones, 1 steered name, 1 monitor x 2 endpoints"
    assert lines(text)[1].startswith("www.a.example  ")


def test_regions_without_ipv6_are_noted_where_aaaa_is_answered():
    found = list(notes(model(WEB + zone("www: web", "api: other"))))

    assert found[1:] == ["note: www answers AAAA, but us-east has no IPv6: IPv6 clients never go there."]


def test_names_that_lack_ipv6_in_the_same_regions_share_a_note():
    found = list(notes(model(WEB + zone("www: web", "api: {sticky: web}"))))

    assert found[1:] == ["note: www, api answer AAAA, but us-east has no IPv6: IPv6 clients never go there."]


@pytest.mark.parametrize(
    ("inside", "noted"),
    [("in: [us-east], fence: true", True), ("in: [us-east]", False), ("in: [eu-west], fence: true", False)],
    ids=["fenced without IPv6", "no fence", "fenced with IPv6"],
)
def test_a_fence_that_leaves_its_clients_without_a_family_is_noted(inside, noted):
    text = WEB + zone(f"www: {{geo: {{US: {{latency: web, {inside}}}, default: {{latency: web}}}}}}", "api: other")

    found = [note for note in notes(model(text)) if "NODATA" in note]
    assert len(found) == noted
    assert all("www answers AAAA, but to clients fenced by www.example.com./US NODATA" in note for note in found)


def test_prefixes_longer_than_any_client_subnet_are_noted():
    networks = "networks: {office: [198.51.100.0/25, 2001:db8::/56]}\n"
    text = WEB + networks + zone("www: {network: {office: web, 203.0.113.0/28: web, default: other}}")

    assert [note for note in notes(model(text)) if "resolvers" in note] == [
        "note: www matches 198.51.100.0/25, 203.0.113.0/28 for resolvers only: client subnets are cut to /24 and /56."
    ]


def test_faults_of_zones_and_places_are_told_together_with_those_of_the_configuration(tmp_path, capsys):
    path = tmp_path / "gslb.yaml"
    text = records("@ 1d NS ns.example.net.", "www 1d A 192.0.2.300", "web 1d A 192.0.2.1")
    steer = "    steer: {api: nowhere, web: all}\n"
    more = "pools: {all: {endpoints: {eu: 192.0.2.1}}}\nregions: {eu: {at: XXX}}\nx: 1\n"
    path.write_text(text + steer + more)

    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert [f"{path}:{place}  " in said for place in ("6:16", "7:7", "8:18", "10:11", "11:1")] == [True] * 5


def test_a_lone_vantage_is_noted_by_name():
    text = WEB.replace("{at: FRA}", "{at: FRA, vantage: file:t}")

    assert list(notes(model(text))) == [
        "note: one vantage (eu-west): a fault here looks like a fault there. Add vantages."
    ]
    assert list(notes(model(text + "vantages: {out: {token: file:u}}\n"))) == []


def test_what_a_fence_does_to_public_resolvers_is_noted():
    text = (
        WEB
        + "clients: {public_resolvers: p.csv}\n"
        + zone("www: {geo: {default: {latency: other, fence: true}}}", "api: other")
    )
    (note,) = (note for note in notes(model(text)) if "fences" in note)

    assert note.startswith(
        "note: www fences www.example.com./default: clients of a public resolver that sends no subnet"
    )


def test_the_list_of_public_resolvers_is_read_too(tmp_path, capsys):
    path = tmp_path / "gslb.yaml"
    path.write_text(records("@ 1d NZ ns.example.net.") + "clients: {public_resolvers: p.csv}\n")

    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert f"{path}:5:12" in said
    assert f"{path}:6:29  cannot read {tmp_path}/p.csv: No such file or directory" in said

    (tmp_path / "p.csv").write_text("prefix,name\n8.8.8.300/24,google\n")
    assert main(["check", str(path)]) == 2
    assert f"{tmp_path}/p.csv:2:" in capsys.readouterr().err


def test_a_zone_that_another_of_ours_delegates_needs_nothing_from_its_parent():
    above = records("@ 1d NS ns.example.net.", "gslb 1d NS ns.example.net.")
    made = assembled(model(above + "  gslb.example.com: {records: '@ 1d NS ns.example.net.'}\n"), read_text)

    assert list(parents(made.world.zones)) == [
        "note: paste into the parent of example.com:",
        "  example.com. 86400 IN NS ns.example.net.",
    ]


def test_what_is_legal_but_unwise_is_a_warning():
    text = records("@ 1d NS ns1", "ns1 1d A 192.0.2.1", "ns1 1h A 192.0.2.2")
    (warning,) = warnings(assembled(model(text), read_text))

    assert warning.startswith("warning: gslb.yaml:7:")
