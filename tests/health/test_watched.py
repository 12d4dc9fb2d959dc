from ipaddress import IPv4Address

import pytest

from gslb.health.watched import Watched, by_depth, members, watch
from gslb.model import Calculated, CalculatedKind, Check, Endpoint, Monitor, MonitorKind
from kit.probing import http

WEB = Endpoint("web/eu", "web", "eu", v4=IPv4Address("192.0.2.10"))
APP = Endpoint("app/eu/1", "app", "eu", v4=IPv4Address("10.1.0.11"), port=8080)


def site(name, *names):
    return Monitor(name, MonitorKind.CALCULATED, calculated=Calculated(CalculatedKind.ALL, names))


@pytest.mark.parametrize(
    ("monitor", "endpoint", "port"),
    [
        (http(), WEB, 80),
        (http(port=8443), WEB, 8443),
        (http(), APP, 8080),
        (http(port=8443), APP, 8443),
        (Monitor("ready", MonitorKind.HTTPS), WEB, 443),
        (Monitor("ready", MonitorKind.TCP), APP, 8080),
        (Monitor("ready", MonitorKind.TCP), WEB, None),
        (Monitor("ready", MonitorKind.PUSH), APP, None),
    ],
)
def test_probes_connect_to_the_monitors_port_else_the_endpoints_else_the_schemes(monitor, endpoint, port):
    check = Check("ready", endpoint.path, str(endpoint.v4))

    assert watch([check], {"ready": monitor}, {endpoint.path: endpoint}) == {check: Watched(monitor, "eu", port)}


def test_a_monitor_without_a_target_stands_in_no_region():
    db = Monitor("db", MonitorKind.PUSH)

    assert watch([Check("db")], {"db": db}, {WEB.path: WEB}) == {Check("db"): Watched(db)}


def world(*monitors):
    return {monitor.name: monitor for monitor in monitors}


def test_members_are_asked_of_the_same_address_where_they_have_a_target():
    monitors = world(http(), Monitor("db", MonitorKind.PUSH), site("site", "ready", "db"))
    checks = [Check("ready", "web/eu", "192.0.2.10"), Check("db"), Check("site", "web/eu", "192.0.2.10")]
    watched = watch(checks, monitors, {WEB.path: WEB})

    assert members(checks[2], watched) == (checks[0], checks[1])
    assert members(checks[0], watched) == ()


def test_depth_counts_how_far_a_calculated_check_stands_above_plain_ones():
    monitors = world(Monitor("db", MonitorKind.PUSH), site("one", "db"), site("two", "one", "db"), site("none"))
    watched = watch([Check(name) for name in monitors], monitors, {})

    assert by_depth(watched) == {Check("one"): 1, Check("two"): 2, Check("none"): 1}


def test_a_loop_is_named():
    monitors = world(site("one", "two"), site("two", "one"))

    with pytest.raises(ValueError, match="loop: one -> two -> one"):
        by_depth(watch([Check(name) for name in monitors], monitors, {}))


def test_a_member_that_is_not_watched_is_named():
    with pytest.raises(ValueError, match="site needs db, which is not watched"):
        by_depth(watch([Check("site")], world(site("site", "db")), {}))
