"""latency: the least round trip among the healthy; noise and flaps do not move clients."""

from dataclasses import replace

import pytest

from gslb.geo import NOWHERE, Location, Measured
from gslb.model import Common, Latency
from gslb.policy import Latch, Memory, choose, classify, remember, wake_at
from kit.trees import SITES, WALL, an_ask, answers, believed, pool

EU, NORTH, US = "web/eu-west", "web/eu-north", "web/us-east"
BERLIN = Location("europe", "DE", coordinates=(52.5, 13.4))
NEW_YORK = Location("north-america", "US", coordinates=(40.7, -74.0))


def table(**milliseconds: float) -> Location:
    """A place with an operator's table: eu_west=18."""
    return Location(latency=tuple((region.replace("_", "-"), value) for region, value in milliseconds.items()))


def latency(hysteresis: float = 0.15, switch_after: float = 0.0) -> Latency:
    regions = tuple((region, pool(f"www/{region}", region)) for region in SITES)
    return Latency(Common("www"), regions, hysteresis, switch_after)


@pytest.mark.parametrize(
    ("place", "down", "used"),
    [
        (BERLIN, (), EU),
        (BERLIN, (EU,), NORTH),
        (BERLIN, (EU, NORTH), US),
        (NEW_YORK, (), US),
        (NEW_YORK, (US,), EU),
        (table(eu_west=80, eu_north=60, us_east=70), (), NORTH),
        (table(eu_west=80, eu_north=60, us_east=70), (NORTH,), US),
        (table(us_east=500), (), US),  # what is measured before what is not
        (NOWHERE, (), EU),  # nothing known: as written
        (NOWHERE, (EU,), NORTH),
        (table(eu_west=50, eu_north=50), (), EU),  # a tie: as written
    ],
)
def test_the_healthy_region_with_the_least_round_trip_is_used(place, down, used):
    assert answers(latency(), location=place, down=down) == [(used,)]


class Replay:
    """A latency node over time for the clients of one place."""

    def __init__(self, tree: Latency, place: Location) -> None:
        self.tree, self.place, self.memory, self.wall = tree, place, Memory(), WALL

    def at(self, second: float, down: tuple[str, ...] = (), waiting: tuple[str, ...] = ()) -> str:
        self.wall = WALL + second
        ask = an_ask(
            self.tree,
            verdicts=believed(self.tree, down=down, waiting=waiting),
            location=self.place,
            memory=self.memory,
            wall=self.wall,
        )
        found = choose(self.tree, ask).outcome
        self.memory = remember(self.tree, [ask], self.memory, self.wall)
        return found.leaves[0].path


CLOSE = table(eu_west=18, eu_north=20, us_east=90)  # eu-west is better than eu-north by 10 %


def test_a_region_that_comes_back_a_little_better_does_not_move_its_clients():
    replay = Replay(latency(hysteresis=0.15), CLOSE)

    assert replay.at(0) == EU
    assert replay.at(10, down=(EU,)) == NORTH
    assert replay.at(20) == NORTH
    assert replay.at(1_000_000) == NORTH
    assert wake_at(replay.tree, replay.memory, replay.wall) is None
    assert replay.at(1_000_001, down=(NORTH,)) == EU
    assert replay.at(1_000_002) == EU


def test_a_region_that_comes_back_much_better_moves_them_at_once():
    replay = Replay(latency(hysteresis=0.05), CLOSE)
    replay.at(0, down=(EU,))

    assert replay.at(1) == EU


def test_it_must_prove_itself_for_as_long_as_is_asked():
    replay = Replay(latency(hysteresis=0.05, switch_after=120.0), CLOSE)
    replay.at(0, down=(EU,))

    assert replay.at(10) == NORTH
    assert wake_at(replay.tree, replay.memory, replay.wall) == WALL + 130
    assert replay.at(129) == NORTH
    assert replay.at(130) == EU
    assert wake_at(replay.tree, replay.memory, replay.wall) is None


def test_waiting_for_a_first_verdict_keeps_nobody_away():
    replay = Replay(latency(), CLOSE)

    assert replay.at(0, waiting=(EU,)) == NORTH
    assert replay.at(1) == EU


def test_what_stays_is_kept_for_its_own_class_of_clients():
    tree = latency()
    far, near = table(eu_west=18, eu_north=90, us_east=20), CLOSE
    down = believed(tree, down=(EU,))
    memory = remember(tree, [an_ask(tree, verdicts=down, location=place) for place in (far, near)], Memory(), WALL)

    assert len(memory.latches) == 2
    assert answers(tree, location=far, memory=memory) == [(US,)]
    assert answers(tree, location=near, memory=memory) == [(NORTH,)]
    assert answers(tree, location=BERLIN, memory=memory) == [(EU,)]


def test_places_with_the_same_order_and_the_same_bands_are_one_class():
    tree = latency(hysteresis=0.15)

    def key(**milliseconds: float) -> object:
        return classify(tree, table(**milliseconds), SITES)

    assert key(eu_west=18, eu_north=20, us_east=90) == key(eu_west=10, eu_north=11, us_east=300)
    assert key(eu_west=18, eu_north=20, us_east=90) != key(eu_west=18, eu_north=30, us_east=90)  # the band
    assert key(eu_west=18, eu_north=20, us_east=90) != key(eu_west=20, eu_north=18, us_east=90)  # the order


def test_unmeasured_regions_are_alike_and_worse_than_measured_ones():
    memory_key = remember(
        latency(),
        [an_ask(latency(), verdicts=believed(latency(), down=(EU,)), location=NOWHERE, sites={})],
        Memory(),
        WALL,
    ).latches

    assert list(memory_key.values()) == [Latch("eu-north")]
    assert answers(latency(), sites={}, memory=Memory(latches=memory_key)) == [(NORTH,)]


def test_the_reason_gives_each_round_trip_its_source_and_why_a_worse_one_is_kept():
    tree = latency()

    def text(memory: Memory, tree: Latency = tree, down: tuple[str, ...] = ()) -> str:
        return (
            choose(tree, an_ask(tree, location=CLOSE, memory=memory, verdicts=believed(tree, down=down)))
            .outcome.why[0]
            .text
        )

    def stuck(tree: Latency) -> Memory:
        return remember(tree, [an_ask(tree, location=CLOSE, verdicts=believed(tree, down=(EU,)))], Memory(), WALL)

    measured = "eu-west 18 ms by latency table, eu-north 20 ms by latency table, us-east 90 ms by latency table"
    assert text(Memory()) == measured
    assert text(stuck(tree)) == f"{measured}, stays with eu-north: eu-west not better by 15%"
    slow = latency(0.05, 120.0)
    assert text(stuck(slow), slow) == f"{measured}, stays with eu-north: eu-west not yet healthy for 2m"
    assert text(Memory(), down=(EU,)).startswith("eu-west 18 ms by latency table down, ")
    assert choose(tree, an_ask(tree, sites={})).outcome.why[0].text.startswith("eu-west unmeasured")


def test_one_region_is_no_choice():
    only = Latency(Common("www"), (("eu-west", pool("www/eu-west", "eu-west")),))

    assert classify(only, BERLIN, SITES) == classify(only, NEW_YORK, SITES) == ()


def seen(**measured: tuple[float, float]) -> Location:
    """A place in Berlin from which round trips were measured: milliseconds and error."""
    rows = sorted(measured.items())
    return replace(BERLIN, measured=tuple(Measured(name.replace("_", "-"), *row, "DE") for name, row in rows))


@pytest.mark.parametrize(
    ("place", "used"),
    [
        (seen(eu_west=(60, 0.05), eu_north=(30, 0.05)), NORTH),
        (seen(eu_west=(20, 0.05)), EU),
        (seen(eu_west=(300, 0.05)), NORTH),  # the distance of eu-north is well below that
        (seen(eu_west=(20, 0.05), eu_north=(19, 0.5)), EU),  # better perhaps, but not surely
        (seen(eu_west=(30, 0.05), eu_north=(10, 0.2)), NORTH),
    ],
)
def test_what_is_measured_moves_clients_if_it_is_sure_enough(place, used):
    assert answers(latency(), location=place) == [(used,)]


def test_the_reason_tells_what_stands_behind_a_round_trip():
    place = replace(seen(eu_west=(18, 0.05)), evidence=(("eu-west", "n=412, 40s old"),))
    text = choose(latency(), an_ask(latency(), location=place)).outcome.why[0].text

    assert text.startswith("eu-west 18 ms (n=412, 40s old), eu-north ")
    assert "by distance" in text
