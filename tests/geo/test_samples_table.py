"""Round trips as a CSV: what is exported can be imported, and what is wrong is told where it stands."""

from ipaddress import ip_network

import pytest

from gslb.geo import Estimator, Group, Sample, SampleSource, read_samples, write_samples
from gslb.model import Faults

NOW = 1_000_000.0
HOME = ip_network("203.0.113.0/24")
BALANCER, APPLICATION = SampleSource


def test_what_a_row_leaves_out_is_one_sample_of_an_application_now():
    [found] = read_samples("client,region,milliseconds\n203.0.113.7,eu,18.2\n", "s.csv", NOW)

    assert found == Sample("eu", HOME, 18.2, APPLICATION, NOW)


def test_columns_may_stand_in_any_order():
    text = (
        "# measured at night\nsource,milliseconds,count,time,region,client\nbalancer,18.2,12,999000,eu,203.0.113.0/24\n"
    )

    assert read_samples(text, "s.csv", NOW) == (Sample("eu", HOME, 18.2, BALANCER, 999_000.0, 12.0),)


def test_what_is_exported_is_imported_as_the_same_estimate():
    first, second = Estimator(NOW), Estimator(NOW)
    samples = [Sample("eu", HOME, 18.0, BALANCER, NOW)] * 20 + [Sample("us", HOME, 90.0, APPLICATION, NOW)] * 9
    first.observe(samples, lambda _: Group(None, "DE"), NOW)
    text = write_samples(first.export(NOW))
    second.observe(read_samples(text, "s.csv", NOW), lambda _: Group(None, "DE"), NOW)

    for region, estimate in first.of_prefix(HOME, NOW).items():
        again = second.of_prefix(HOME, NOW)[region]
        assert again.milliseconds == pytest.approx(estimate.milliseconds, rel=0.05)
        assert again.count == pytest.approx(estimate.count)
        assert again.latest == estimate.latest


@pytest.mark.parametrize(
    ("row", "place", "told"),
    [
        ("nobody,eu,18,1,5,balancer", "s.csv:2:1", "'nobody' is no client"),
        ("10.0.0.0/8,eu,18,1,5,balancer", "s.csv:2:1", "write a /20 or longer"),
        ("203.0.113.7,eu,fast,1,5,balancer", "s.csv:2:16", "'fast' is no number"),
        ("203.0.113.7,eu,nan,1,5,balancer", "s.csv:2:16", "no round trip"),
        ("203.0.113.7,eu,18,0,5,balancer", "s.csv:2:19", "count has to be"),
        ("203.0.113.7,eu,18,1,-5,balancer", "s.csv:2:21", "no seconds since 1970"),
        ("203.0.113.7,eu,18,1,5,me", "s.csv:2:23", "unknown source 'me'"),
        ("203.0.113.7,,18,1,5,balancer", "s.csv:2:1", "no region"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(row, place, told):
    with pytest.raises(Faults) as caught:
        read_samples(f"client,region,milliseconds,count,time,source\n{row}\n", "s.csv", NOW)

    [fault] = caught.value.faults
    assert str(fault.mark) == place
    assert told in fault.message


def test_every_fault_is_told_at_once():
    with pytest.raises(Faults) as caught:
        read_samples("client,region,milliseconds\nx,eu,1\n203.0.113.7,eu,x\n203.0.113.7\n", "s.csv", NOW)

    assert [fault.mark.line for fault in caught.value.faults if fault.mark] == [2, 3, 4, 4]
