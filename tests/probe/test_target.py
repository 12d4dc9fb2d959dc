from gslb.health import Watched
from gslb.model import Check, Monitor, MonitorKind, Secret
from gslb.probe import Target, targets

READY = Monitor("ready", MonitorKind.HTTPS, credentials=Secret("file", "/etc/gslb/probe"), digest="d1")
DB = Monitor("db", MonitorKind.PUSH)
CHECK = Check("ready", "cdn/us", "www.example.cdn.net.")


def test_what_has_a_target_is_probed_with_the_credentials_its_monitor_names():
    watched = {CHECK: Watched(READY, "us", 443), Check("db"): Watched(DB), Check("odd", "a", "b"): Watched(READY)}

    (found,) = targets(watched, lambda secret: f"Basic {secret.name}")

    assert found == Target(CHECK, READY, 443, "Basic /etc/gslb/probe")
    assert "Basic" not in repr(found)
    assert str(found) == "ready@cdn/us[www.example.cdn.net.] d1"
    assert found.host == "www.example.cdn.net"


def test_without_credentials_nothing_is_read():
    plain = Monitor("ready", MonitorKind.TCP)

    (found,) = targets({CHECK: Watched(plain, None, 22)}, lambda secret: 1 / 0)

    assert found.authorization is None
