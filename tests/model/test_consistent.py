"""What must hold between sections, for models that were not read from a file too."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from gslb.model import (
    Calculated,
    CalculatedKind,
    Clients,
    Collector,
    Endpoint,
    Faults,
    LatencyRow,
    Model,
    Monitor,
    MonitorKind,
    Node,
    Pool,
    Quorum,
    QuorumKind,
    Reference,
    Region,
    Secret,
    Steered,
    Vantage,
    ZoneSource,
    settle,
)
from gslb.model.consistent import check_sections

END = Endpoint("web/eu", "web", region="eu", v4=IPv4Address("192.0.2.1"))
SOUND = Model(
    regions={"eu": Region("eu", at="FRA")},
    monitors={"up": Monitor("up", MonitorKind.TCP, port=1), "bare": Monitor("bare", MonitorKind.TCP)},
    pools={"web": Pool("web", (END,), monitors=("up",))},
    policies={"near": Reference("web")},
    zones={"z.": ZoneSource("z.")},
    steered={"w.z.": Steered("w.z.", "z.", Reference("near"))},
)


def calculated(*members, name="c"):
    return {name: Monitor(name, MonitorKind.CALCULATED, calculated=Calculated(CalculatedKind.ALL, members))}


def told(broken=(), **sections):
    faults = Collector()
    check_sections(replace(SOUND, **sections), frozenset(broken), faults)
    return [fault.message for fault in faults.faults]


def test_a_sound_model_settles():
    assert told() == []
    assert list(settle(SOUND).trees) == ["w.z."]


@pytest.mark.parametrize(
    ("sections", "messages"),
    [
        ({"pools": {"eu": Pool("eu", (END,))}}, ["eu is a region already"]),
        ({"policies": {"web": Reference("web")}}, ["web is a pool already"]),
        ({"node": Node(region="us")}, ["unknown region us"]),
        ({"vantages": {"v": Vantage("v", Secret("env", "A"), region="us")}}, ["unknown region us"]),
        ({"clients": Clients(latency=(LatencyRow("DE", "us", 1.0),))}, ["unknown region us"]),
        ({"clients": Clients(latency=(LatencyRow("office", "eu", 1.0),))}, ["unknown clients office"]),
        ({"regions": {}}, ["unknown region eu"]),
        ({"regions": {"eu": Region("eu", monitors=("none", "gone"))}}, ["unknown monitor gone"]),
        ({"pools": {"web": Pool("web", (replace(END, monitors=("gone",)),))}}, ["unknown monitor gone"]),
        ({"monitors": SOUND.monitors | calculated("gone")}, ["unknown monitor gone"]),
        ({"monitors": SOUND.monitors | calculated("c")}, ["c is calculated from itself"]),
        ({"pools": {"web": Pool("web", (END,), monitors=("bare",))}}, ["bare has no port to connect to at web/eu"]),
        (
            {"pools": {"web": Pool("web", (END,), monitors=("c",))}, "monitors": SOUND.monitors | calculated("bare")},
            ["c has no port to connect to at web/eu"],
        ),
        ({"pools": {"web": Pool("web", (replace(END, port=80),), monitors=("bare",))}}, []),
        ({"pools": {"web": Pool("web", (END, replace(END, path="web/eu/b")))}}, ["web/eu/b stands beside web/eu"]),
        ({"pools": {"web": Pool("web", (END,), min_healthy=2)}}, ["min_healthy: 2 of 1 endpoints can never be"]),
        (
            {"monitors": {"up": Monitor("up", MonitorKind.TCP, port=1, quorum=Quorum(QuorumKind.COUNT, 2))}},
            ["quorum: 2 of 1 vantages can never be"],
        ),
        ({"vantages": {"a": Vantage("a"), "b": Vantage("b")}}, ["b has no token, and a is this node already"]),
        ({"zones": {}}, ["w.z. is in no zone of ours"]),
    ],
)
def test_what_does_not_fit_together_is_told(sections, messages):
    assert told(**sections) == messages


def test_what_could_not_be_read_is_not_missed():
    assert told({("regions", "eu")}, regions={}) == []
    assert told({("monitors", "up")}, monitors={}) == []
    assert told({("zones", "z.")}, zones={}) == []
    assert told({("networks", "office")}, clients=Clients(latency=(LatencyRow("office", "eu", 1.0),))) == []


def test_a_model_that_does_not_hold_together_settles_never():
    with pytest.raises(Faults, match=r"w\.z\. is in no zone of ours"):
        settle(replace(SOUND, zones={}))
