"""What faster detection buys is what detection takes less then."""

from dataclasses import replace

import pytest

from gslb.caching.caches import delay
from gslb.caching.detecting import Faster, faster
from kit.language import model

SLOW = 'probe: "http://a.example/", interval: 30s, timeout: 10s, confirm_interval: 10s, fall: 3'


def site(timing, monitor="ready"):
    return model(
        f"gslb: 1\nmonitors: {{ready: {{{timing}}}}}\n"
        f"pools: {{web: {{{'monitor: ready, ' * bool(monitor)}endpoints: {{a: 192.0.2.1}}}}}}\n"
        "zones: {example.com: {records: '@ 1d NS ns.example.net.', steer: {www: web}}}\n"
    )


def found(of):
    return faster(of.trees["www.example.com."], of)


def test_the_best_comes_first_and_each_is_by_itself():
    assert found(site(SLOW)) == (
        Faster("interval: 5s", 30.0),
        Faster("fall: 2", 10.0),
        Faster("timeout: 1s", 9.0),
    )


def test_each_saves_what_it_says():
    of = site(SLOW)
    monitor = replace(of.monitors["ready"], fall=2)
    then = replace(of, monitors={"ready": monitor})
    tree = of.trees["www.example.com."]

    assert delay(tree, of) - delay(tree, then) == {one.write: one.saves for one in found(of)}["fall: 2"]


@pytest.mark.parametrize(
    "timing",
    ['probe: "http://a.example/", interval: 5s, timeout: 1s, confirm_interval: 500ms, fall: 2'],
    ids=["as fast as it gets"],
)
def test_where_nothing_is_to_be_had_nothing_is_offered(timing):
    assert found(site(timing)) == ()


def test_without_a_monitor_there_is_nothing_to_speed_up():
    assert found(site(SLOW, monitor="")) == ()
