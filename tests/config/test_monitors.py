"""Monitors as written: what a URL says, timing from defaults, and every way to write one wrong."""

import pytest

from gslb.model import (
    Bound,
    Calculated,
    CalculatedKind,
    Initial,
    MonitorKind,
    NoData,
    Quorum,
    QuorumKind,
    Relation,
    Secret,
)
from kit.language import expect, model


def one(line, defaults=""):
    return model(f"gslb: 1\n{defaults}monitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n").monitors["m"]


def test_a_url_says_scheme_host_port_and_path():
    monitor = one("{probe: 'https://www.example.com:8443/health?full=1'}")

    assert (monitor.kind, monitor.host, monitor.port) == (MonitorKind.HTTPS, "www.example.com", 8443)
    assert monitor.path == "/health?full=1"


def test_a_url_alone_is_a_monitor():
    assert one("http://[2001:db8::1]:81").host == "[2001:db8::1]"
    assert one("http://www.example.com").path == "/"
    assert one("tcp://:443").port == 443


def test_what_is_left_out_comes_from_the_defaults():
    monitor = one(
        "{probe: 'http://h/', fall: 5}",
        "defaults: {monitor: {interval: 20s, timeout: 3s, confirm_interval: 1s, rise: 1, quorum: any, initial: up}}\n",
    )

    assert (monitor.interval, monitor.timeout, monitor.confirm_interval) == (20, 3, 1)
    assert (monitor.rise, monitor.fall) == (1, 5)
    assert (monitor.quorum, monitor.initial) == (Quorum(QuorumKind.ANY), Initial.UP)


def test_a_timeout_that_is_left_out_gives_way_to_a_short_interval():
    assert one("{probe: 'http://h/', interval: 2s}").timeout == 2
    assert one("http://h/", "defaults: {monitor: {interval: 1s}}\n").timeout == 1


def test_all_options_of_an_http_probe():
    monitor = one(
        "{probe: 'https://h/', method: HEAD, headers: {X-Probe: '1'}, credentials: file:c, status: [200, 300-399], "
        "body: ok, verify: false}"
    )

    assert (monitor.method, monitor.headers, monitor.verify) == ("HEAD", (("X-Probe", "1"),), False)
    assert (monitor.status, monitor.body) == (((200, 200), (300, 399)), "ok")
    assert monitor.credentials == Secret("file", "c", monitor.credentials.mark)
    assert one("{probe: 'https://h/', status: 204}").status == ((204, 204),)


def test_tcp_may_send_and_expect():
    monitor = one("{probe: 'tcp://:25', send: EHLO, expect: '250'}")

    assert (monitor.send, monitor.expect) == ("EHLO", "250")


def test_push_has_a_grace_as_long_as_its_beat_unless_told():
    assert one("{push: file:beat, every: 10s}").grace == 10
    assert one("{push: env:BEAT, every: 10s, grace: 25s, initial: down}").grace == 25
    assert one("{push: env:BEAT, every: 10s}").token == Secret("env", "BEAT")


@pytest.mark.parametrize(
    ("line", "calculated"),
    [
        ("{all: [up]}", Calculated(CalculatedKind.ALL, ("up",))),
        ("{any: [up], invert: true}", Calculated(CalculatedKind.ANY, ("up",), inverted=True)),
        ("{at_least: 1, of: [up]}", Calculated(CalculatedKind.COUNT, ("up",), 1)),
        ("{at_least: 3, of: {up: 3}}", Calculated(CalculatedKind.COUNT, ("up",), 3, weights=(3,))),
    ],
)
def test_a_calculated_monitor_is_over_others(line, calculated):
    assert one(line).calculated == calculated


def test_the_digest_changes_with_what_an_observation_means_and_only_then():
    plain = one("{probe: 'http://h/'}")

    assert plain.digest != one("{probe: 'http://h/other'}").digest
    assert plain.digest != one("{probe: 'http://h/', timeout: 1s}").digest
    assert plain.digest != one("{probe: 'http://h/', credentials: env:A}").digest
    assert plain.digest == one("{probe: 'http://h/', interval: 30s, rise: 9}").digest


def test_a_url_hung_on_something_is_a_monitor_called_by_its_text():
    text = "gslb: 1\npools: {a: {monitor: 'http://h/x', endpoints: {e: 192.0.2.1}}}\n"
    monitor = model(text).monitors["http://h/x"]

    assert (monitor.path, str(monitor.mark)) == ("/x", "gslb.yaml:2:23")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{probe: §gopher://h/}", "probe: gopher is no way to probe | known: http, https, tcp, tls, dns, icmp, grpc"),
        ("{probe: §ftp://h/}", "probe: ftp is no way to probe | did you mean tcp?"),
        ("{probe: §h}", "probe: h is no URL to probe | write https://HOST/PATH or tcp://:PORT"),
        ("{probe: §http:///x}", "probe: http:///x names no host | write http://HOST/x, as in the Host header"),
        (
            "{probe: '§http://a:b@h/'}",
            "probe: a secret is never written here | write credentials: file:PATH beside probe:",
        ),
        ("{probe: '§http://h:0/'}", "probe: h:0 is no host and port | write HOST or HOST:PORT"),
        ("{probe: '§http://a:b:c/'}", "probe: a:b:c is no host and port | write HOST or HOST:PORT"),
        ("{probe: §tcp://h:1/x}", "probe: tcp has no path /x | write tcp://:PORT, with send: and expect: beside it"),
        ("{probe: http://h/, §intervall: 5s}", "unknown key intervall | did you mean interval?"),
        ("{probe: http://h/, tls: §true}", "tls: an http probe has none"),
        ("{probe: http://h/, interval: §30}", "interval: 30 has no unit | write 30s"),
        ("{probe: http://h/, interval: §[5s]}", "interval: one word is expected here, no list or map"),
        ("{probe: http://h/, interval: '§'}", "interval: nothing is written here"),
        ("{probe: http://h/, timeout: §20s}", "timeout is above interval | a probe ends before the next begins"),
        ("{probe: http://h/, rise: §0}", "rise: 0 is no whole number from 1 to 1000000"),
        ("{probe: http://h/, status: §20}", "status: 20 is no HTTP status | write 200 or 200-299"),
        ("{probe: http://h/, status: [200, §300-200]}", "status: 300-200 is no HTTP status | write 200 or 200-299"),
        ("{probe: http://h/, method: §get}", "method: get is no HTTP method | write GET, HEAD or POST"),
        ("{probe: http://h/, verify: §false}", "verify: an http probe has no certificate | write https://"),
        ("{probe: http://h/, send: §x}", "send: an http probe has none"),
        ("{probe: 'tcp://:1', body: §x}", "body: a tcp probe has none"),
        (
            "{probe: http://h/, headers: {§Authorization: x}}",
            "a secret is never written here | write credentials: file:PATH, holding the whole value",
        ),
        ("{probe: http://h/, headers: §x}", "headers: a map is expected here | write key: value"),
        ("{probe: http://h/, initial: §upp}", "initial: upp is unknown | did you mean up?"),
        ("{push: file:b, every: §}", "every: nothing is written here"),
        ("§{push: file:b}", "every: is missing"),
        ("{push: §secret, every: 1s}", "push: a secret is never written here | write file:PATH or env:NAME"),
        ("{all: §[]}", "all: nothing is listed here"),
        ("{all: [§upp]}", "unknown monitor upp | did you mean up?"),
        ("§{of: [up]}", "at_least: and of: go together | write {at_least: 2, of: [a, b, c]}"),
        ("{all: [up], at_least: §1}", "at_least: and of: go together | write {at_least: 2, of: [a, b, c]}"),
        ("{of: [up], at_least: §2}", "at_least: 2 of 1 can never be"),
        ("{of: {up: 3}, at_least: §4}", "at_least: 4 of 3 can never be"),
        ("{all: [up], §any: [up]}", "a monitor is one thing, and here are all and any"),
        ("{metric: x, at: §y, up: '< 1'}", "at: y is no URL of a Prometheus server | write http://HOST:9090"),
        ("{metric: x, at: http://h:9090, up: '§1'}", "up: 1 is no bound | write < 0.05, >= 1 or == 0"),
        ("{metric: x, at: http://h:9090, up: '§< .'}", "up: < . is no bound | write < 0.05, >= 1 or == 0"),
        (
            "{exec: [§true, x]}",
            "a program is named by its whole path | write [/usr/lib/nagios/plugins/check_disk, -w, 10%]",
        ),
        ("{probe: http://h/, follow: §11}", "follow: 11 is no whole number from 0 to 10"),
        ("{probe: tls://h, effect: §x}", "effect: x is unknown | write down or warn"),
        ("{probe: tcp://h:1, tls: §true}", "tls: a tcp probe has none"),
        ("§{prob: http://h/}", "m: it does not say what monitor this is | did you mean probe?"),
        (
            "§{interval: 5s}",
            (
                "m: it does not say what monitor this is"
                " | write one of probe, exec, metric, push, control, balancer, all, any, of"
            ),
        ),
        ("§[a]", "m: this form is not known here"),
    ],
)
def test_a_monitor_written_wrong_is_told_where_and_what_to_write(line, message):
    text = f"gslb: 1\nmonitors:\n  up: {{probe: 'tcp://:1'}}\n  m: {line}\n"

    expect(text, message)


def test_a_wrong_url_hung_on_a_pool_is_told_where_it_hangs():
    expect(
        "gslb: 1\npools: {a: {monitor: ['§http:///'], endpoints: {e: 192.0.2.1}}}\n",
        "http:/// names no host | write http://HOST/, as in the Host header",
    )


def test_a_monitor_is_not_calculated_from_itself():
    expect(
        "gslb: 1\nmonitors:\n  a: {all: [§b]}\n  b: {any: [§a]}\n",
        "a is calculated from itself",
        "b is calculated from itself",
    )


def test_a_quorum_can_be_reached():
    expect(
        "gslb: 1\nmonitors: {§m: {probe: 'tcp://:1', quorum: 2}}\n",
        "quorum: 2 of 1 vantages can never be | write majority, or add vantages",
    )


def test_programs_are_started_only_where_that_is_allowed():
    text = "gslb: 1\nmonitors: {§m: {exec: [/bin/true, $address], interval: 30s}}\n"
    hint = "write probes: {exec: allow} if whoever can write here may run programs on this machine"
    expect(text, f"m: programs are not started | {hint}")

    monitor = model(text.replace("§", "") + "probes: {exec: allow}\n").monitors["m"]
    assert (monitor.kind, monitor.command, monitor.interval) == (MonitorKind.EXEC, ("/bin/true", "$address"), 30.0)


def test_a_metric_has_a_bound_and_a_word_for_no_data():
    monitor = one("""{metric: 'errors{region="$region"}', at: 'http://prom:9090/', up: < 5%, no_data: up}""")

    assert (monitor.query, monitor.at) == ('errors{region="$region"}', "http://prom:9090")
    assert (monitor.passes, monitor.no_data) == (Bound(Relation.LESS, 0.05), NoData.UP)
    assert one("{metric: x, at: http://h:9090, up: '>= 1e3'}").passes == Bound(Relation.AT_LEAST, 1000.0)


def test_a_certificate_may_only_warn():
    monitor = one("{probe: tls://www.example.com:8443, expires_in: 14d, effect: warn}")

    assert (monitor.kind, monitor.port, monitor.expires_in) == (MonitorKind.TLS, 8443, 14 * 86_400.0)
    assert monitor.warns
    assert not one("{probe: tls://www.example.com}").warns


@pytest.mark.parametrize(
    ("line", "tls", "certificate"),
    [
        ("{probe: grpc://h:443/a.B}", True, None),
        ("{probe: grpc://h:50051/a.B}", False, None),
        ("{probe: grpc://h:50051/a.B, tls: true}", True, None),
        ("{probe: grpc://h:443/a.B, tls: false}", False, None),
        ("{probe: grpc://h:50051/a.B, tls: {client: /p.pem}}", True, "/p.pem"),
    ],
)
def test_grpc_speaks_tls_on_443_or_where_it_is_said(line, tls, certificate):
    monitor = one(line)

    assert (monitor.tls, monitor.certificate, monitor.path) == (tls, certificate, "/a.B")
