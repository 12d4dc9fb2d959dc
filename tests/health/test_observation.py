from gslb.health import Cause
from kit.probing import seen


def test_an_observation_is_known_for_life_by_vantage_epoch_and_sequence():
    assert seen("eu", 12, ok=True, at=3.5, epoch=9).cause == Cause("eu/9/12", 3.5)


def test_observations_of_a_later_run_come_after_all_of_an_earlier_one():
    assert seen("eu", 99, ok=True, epoch=1).position < seen("eu", 1, ok=True, epoch=2).position
