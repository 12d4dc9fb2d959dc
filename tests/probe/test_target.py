from gslb.health import Watched
from gslb.model import Check, Monitor, MonitorKind, Secret
from gslb.probe import Target, targets

READY = Monitor("ready", MonitorKind.HTTPS, credentials=Secret("file", "/etc/gslb/probe"), digest="d1")
DB = Monitor("db", MonitorKind.PUSH)
CHECK = Check("ready", "cdn/us", "www.example.cdn.net.")


def test_what_has_a_target_is_probed_with_the_credentials_its_monitor_names():
    watched = {CHECK: Watched(READY, "us", 443), Check("db"): Watched(DB), Check("odd", "a", "b"): Watched(READY)}

    (found,) = targets(watched, lambda secret: f"Basic {secret.name}")

    assert found == Target(CHECK, READY, 443, "Basic /etc/gslb/probe", "us")
    assert "Basic" not in repr(found)
    assert str(found) == "ready@cdn/us[www.example.cdn.net.] d1"
    assert found.host == "www.example.cdn.net"


def test_without_credentials_nothing_is_read():
    plain = Monitor("ready", MonitorKind.TCP)

    (found,) = targets({CHECK: Watched(plain, None, 22)}, lambda secret: 1 / 0)

    assert found.authorization is None


def test_what_has_no_port_is_probed_without():
    watched = {CHECK: Watched(Monitor("ping", MonitorKind.ICMP), "us"), Check("odd", "a", "b"): Watched(READY)}

    assert [(found.check, found.port) for found in targets(watched, lambda secret: "")] == [(CHECK, 0)]


def test_a_text_is_filled_with_what_it_says_of_the_endpoint():
    found = Target(Check("m", "web/eu/a", "192.0.2.1"), READY, 443, None, "eu")
    text = 'up{r="$region", p="${pool}", e="$endpoint"} $address:$port $$1 $other'

    assert found.filled(text, "192.0.2.9") == 'up{r="eu", p="web", e="web/eu/a"} 192.0.2.9:443 $1 $other'
