"""What is kept while a file is read."""

from gslb.config.reading import Reading
from gslb.model import Monitor, MonitorKind


def test_a_reading_starts_from_the_nouns_own_defaults():
    reading, plain = Reading(), Monitor("", MonitorKind.HTTP)

    assert (reading.template.interval, reading.template.rise) == (plain.interval, plain.rise)
    assert reading.monitors == {}
    assert not reading.faults.faults


def test_readings_keep_nothing_of_each_other():
    first, second = Reading(), Reading()
    first.monitors["m"] = first.template
    first.faults.add("bad")

    assert second.monitors == {}
    assert not second.faults.faults
