"""What a monitor's kind has, and what a value must keep."""

import pytest

from gslb.model import Bound, MonitorKind, Relation


def test_a_heartbeat_a_control_and_what_is_calculated_have_no_target():
    assert [kind for kind in MonitorKind if not kind.has_target] == [
        MonitorKind.PUSH,
        MonitorKind.CONTROL,
        MonitorKind.CALCULATED,
    ]


def test_programs_metrics_and_reports_send_nothing_to_the_endpoint():
    assert [kind for kind in MonitorKind if kind.has_target and not kind.connects] == [
        MonitorKind.EXEC,
        MonitorKind.METRIC,
        MonitorKind.BALANCER,
    ]
    assert [kind for kind in MonitorKind if kind.connects and not kind.has_port] == [MonitorKind.ICMP]


@pytest.mark.parametrize(
    ("relation", "holding"),
    [
        (Relation.LESS, [0]),
        (Relation.AT_MOST, [0, 1]),
        (Relation.MORE, [2]),
        (Relation.AT_LEAST, [1, 2]),
        (Relation.EQUAL, [1]),
        (Relation.UNEQUAL, [0, 2]),
    ],
)
def test_a_bound_holds_or_not(relation, holding):
    bound = Bound(relation, 1.0)

    assert [value for value in (0, 1, 2) if bound.holds(value)] == holding
    assert str(bound) == f"{relation.value} 1"
