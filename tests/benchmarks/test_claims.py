import pytest
from claims import BESIDE_GDNSD, CLAIMS, Claim, Sense
from measured import Results


def claim(sense, goal, value, tie=False):
    return Claim("", "", sense, goal, lambda _: value, tie)


@pytest.mark.parametrize(
    ("sense", "goal", "value", "tie", "verdict"),
    [
        (Sense.AT_LEAST, 1.0, 1.0, False, "reached"),
        (Sense.AT_LEAST, 1.0, 0.99, False, "missed"),
        (Sense.AT_LEAST, 1.0, 0.91, True, "reached (tie)"),
        (Sense.AT_LEAST, 1.0, 0.89, True, "missed"),
        (Sense.AT_MOST, 2.0, 2.0, False, "reached"),
        (Sense.AT_MOST, 2.0, 2.1, False, "missed"),
        (Sense.AT_MOST, 2.0, 2.1, True, "reached (tie)"),
        (Sense.AT_MOST, 2.0, 2.3, True, "missed"),
        (Sense.AT_MOST, 0.0, 0.0, False, "reached"),
        (Sense.AT_MOST, 0.0, 1.0, False, "missed"),
        (None, 0.0, 1.0, False, ""),
        (Sense.AT_LEAST, 1.0, None, True, "not measured"),
    ],
)
def test_a_goal_is_reached_missed_or_a_tie(sense, goal, value, tie, verdict):
    assert claim(sense, goal, value, tie).verdict(Results()) == verdict


def test_no_goal_stands_twice():
    says = [(each.group, each.says) for each in CLAIMS]

    assert len(says) == len(set(says))


@pytest.mark.parametrize("case", [row[0] for row in BESIDE_GDNSD])
@pytest.mark.parametrize("engine", ["python", "compiled"])
def test_a_rate_is_compared_with_gdnsd_in_the_same_case(case, engine):
    results = Results()
    results.add(f"gslb-{engine}", case, rate=300.0)
    results.add("gdnsd", case, rate=200.0)
    says = next(row[1] for row in BESIDE_GDNSD if row[0] == case)

    (found,) = [each for each in CLAIMS if each.group == f"{engine} engine" and each.says == f"{says} ÷ gdnsd"]

    assert found.value(results) == 1.5


def test_no_goal_has_a_value_when_nothing_was_measured():
    assert {each.value(Results()) for each in CLAIMS} == {None}
