"""What a probe's URL says, kind by kind, and how it is written back."""

import pytest

from gslb.config.scalars import Wrong
from gslb.config.urls import url
from gslb.config.values import values
from gslb.model import MonitorKind, Word


@pytest.mark.parametrize(
    ("text", "kind", "host", "port", "path"),
    [
        ("http://www.example.com", MonitorKind.HTTP, "www.example.com", None, "/"),
        ("https://h:8443/x?y=1", MonitorKind.HTTPS, "h", 8443, "/x?y=1"),
        ("tcp://:25", MonitorKind.TCP, "", 25, "/"),
        ("tls://h", MonitorKind.TLS, "h", None, "/"),
        ("grpc://h:443/api.v1.Orders", MonitorKind.GRPC, "h", 443, "/api.v1.Orders"),
        ("dns:///www.example.com", MonitorKind.DNS, "", None, "/www.example.com"),
        ("dns://:5353/www.example.com?type=aaaa", MonitorKind.DNS, "", 5353, "/www.example.com"),
        ("icmp://", MonitorKind.ICMP, "", None, "/"),
    ],
)
def test_a_url_is_read(text, kind, host, port, path):
    found = url(Word(text))

    assert (found.kind, found.host, found.port, found.path) == (kind, host, port, path)
    assert found.rdtype == ("AAAA" if "aaaa" in text else "A")


@pytest.mark.parametrize(
    "text", ["http://h/", "tcp://:25", "tls://h:443", "grpc://h:1/a.B", "dns://:53/x.org?type=MX", "icmp://"]
)
def test_a_url_is_written_back_as_it_is_read(text):
    assert dict(values(url(Word(text))))["probe"] == text


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("icmp://h", "icmp://h: the endpoint's own address is asked", "write icmp://"),
        ("icmp://:7", "icmp://:7: the endpoint's own address is asked", "write icmp://"),
        ("dns://", "dns:// does not say what to ask", "write dns:///NAME or dns:///NAME?type=AAAA"),
        ("dns://h/x", "dns://h/x: the endpoint's own address is asked", "write dns:///x"),
        ("dns:///x?type=ANY", "ANY cannot be asked of an endpoint", "write A, AAAA, SOA …"),
        ("tls://h/x", "tls has no path /x", ""),
        ("grpc://:443/x", "grpc://:443/x names no host", "write grpc://HOST:443/x, as in the Host header"),
    ],
)
def test_a_wrong_url_is_told(text, message, hint):
    with pytest.raises(Wrong) as wrong:
        url(Word(text))

    assert (wrong.value.message, wrong.value.hint or "") == (message, hint)
