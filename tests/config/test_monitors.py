"""Monitors as written: what a URL says, timing from defaults, and every way to write one wrong."""

import pytest

from gslb.model import (
    Bound,
    MonitorKind,
    NoData,
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
