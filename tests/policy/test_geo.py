"""geo: the narrowest place that holds the client, fences and falls."""

import pytest

from gslb.geo import NOWHERE, Location
from gslb.image import outcomes
from gslb.model import Common, Geo, Simple
from gslb.policy import choose, classify
from gslb.policy.geo import matches
from kit.trees import PLACES, an_ask, answers, believed, leaf

CALIFORNIA = Location("north-america", "US", "US-CA")
NEW_YORK = Location("north-america", "US", "US-NY")
BERLIN = Location("europe", "DE", "DE-BE")
VIENNA = Location("europe", "AT")
LONDON = Location("europe", "GB")
KEYS = ("default", "west", "europe", "north-america", "eu", "dach", "coast", "US", "DE", "US-CA")


def geo(*keys: str, fences: tuple[str, ...] = (), **options: object) -> Geo:
    children = tuple(
        (key, Simple(Common(f"www/{key}", fence=key in fences), (leaf(f"web/{key}", "ready", number=number),)))
        for number, key in enumerate(keys, 1)
    )
    return Geo(Common("www"), children, PLACES, **options)


@pytest.mark.parametrize(
    ("place", "narrowest_first"),
    [
        (CALIFORNIA, ["US-CA", "coast", "US", "west", "north-america", "default"]),
        (NEW_YORK, ["US", "west", "north-america", "default"]),
        (BERLIN, ["DE", "eu", "dach", "europe", "west", "default"]),
        (VIENNA, ["dach", "europe", "west", "default"]),
        (LONDON, ["europe", "west", "default"]),
        (Location(country="DE"), ["DE", "eu", "dach", "default"]),
        (NOWHERE, ["default"]),
    ],
)
def test_matches_go_from_the_subdivision_to_default_and_sets_stand_behind_what_they_list(place, narrowest_first):
    assert [match.key for match in matches(geo(*KEYS), place)] == narrowest_first


def test_of_two_sets_the_smaller_is_narrower():
    places = (("big", ("DE", "AT", "CH", "FR")), ("small", ("DE", "AT")), ("continental", ("DE", "asia")))
    tree = Geo(Common("www"), tuple((key, leaf(f"web/{key}")) for key in ("big", "continental", "small")), places)

    assert [match.key for match in matches(tree, BERLIN)] == ["small", "big", "continental"]


def test_the_narrowest_healthy_match_is_used():
    tree = geo(*KEYS)

    assert answers(tree, location=BERLIN) == [("web/DE",)]
    assert answers(tree, location=BERLIN, down=("web/DE",)) == [("web/eu",)]
    assert answers(tree, location=BERLIN, down=tuple(f"web/{key}" for key in KEYS if key != "default")) == [
        ("web/default",)
    ]


def test_a_fence_keeps_its_clients_and_nobody_else():
    tree = geo("eu", "DE", "default", fences=("eu",))

    assert answers(tree, location=BERLIN, down=("web/DE",)) == [("web/eu",)]
    assert answers(tree, location=BERLIN, down=("web/DE", "web/eu")) == [("web/DE",)]  # the narrowest opens
    assert answers(tree, location=LONDON, down=("web/DE", "web/eu")) == [("web/default",)]


def test_with_everything_down_the_narrowest_opens():
    assert answers(geo(*KEYS), location=BERLIN, down=tuple(f"web/{key}" for key in KEYS)) == [("web/DE",)]


def test_no_match_and_no_default_is_no_data():
    tree = geo("DE", nodata=True)

    assert answers(tree, location=LONDON) == [()]
    assert answers(tree, location=NOWHERE) == [()]


def test_classes_are_the_lists_of_matches_up_to_a_fence():
    tree = geo("DE", "eu", "default")
    fenced = geo("DE", "eu", "default", fences=("DE",))

    def key(tree: Geo, place: Location) -> object:
        return classify(tree, place)

    assert key(tree, BERLIN) != key(tree, Location("europe", "FR")) != key(tree, LONDON)
    assert key(tree, LONDON) == key(tree, CALIFORNIA)
    assert key(fenced, BERLIN) != key(tree, BERLIN)
    assert classify(geo("default"), BERLIN) == ()


def test_the_reason_names_the_place_what_is_down_and_the_fence():
    tree = geo("eu", "DE", "default", fences=("eu",))

    def why(*down: str) -> tuple[str, str]:
        outcome = next(iter(outcomes(choose(tree, an_ask(tree, location=BERLIN, verdicts=believed(tree, down=down))))))
        return outcome.why[0].text, outcome.why[0].chosen

    assert why() == ("DE", "DE")
    assert why("web/DE") == ("DE down, then DE in place eu (fence)", "eu")
