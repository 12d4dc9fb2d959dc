import xml.etree.ElementTree as ET

import pytest
import report
from claims import Claim, Sense
from measured import Results

TITLES = {"gdnsd": "gdnsd", "gslb-compiled": "gslb, compiled engine"}


@pytest.fixture
def results():
    found = Results()
    found.add("gdnsd", "static", **{"rate": 500_000.0, "bad share": 0.0, "p99 at 70 %": 120.0})
    found.add("gslb-compiled", "static", **{"rate": 600_000.0, "bad share": 0.02})
    return found


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(None, "", "-"), (0.0, "", "0.00"), (1.234, "", "1.23"), (12.34, "ms", "12.3 ms"), (1234.5, "B", "1234 B")],
)
def test_a_figure_has_three_digits_that_matter(value, unit, text):
    assert report.quantity(value, unit) == text


def test_a_missed_goal_stands_out_and_what_was_not_measured_is_left_out():
    claims = (
        Claim("g", "slow", Sense.AT_LEAST, 2.0, lambda _: 1.0),
        Claim("g", "quick", Sense.AT_LEAST, 2.0, lambda _: 3.0, by_cpu=lambda _: 1.5),
        Claim("g", "unknown", Sense.AT_LEAST, 2.0, lambda _: None),
        Claim("g", "told", None, 0, lambda _: 4.0),
    )

    lines = report.goals(Results(), claims).splitlines()

    assert lines[2:] == [
        "| g | slow | 1.00 | ≥ 2.00 | **missed** |  |",
        "| g | quick | 3.00 | ≥ 2.00 | reached | 1.50 |",
        "| g | told | 4.00 | - |  |  |",
    ]


def test_a_rate_stands_beside_its_ratio_and_what_was_lost(results):
    lines = report.rates(results, TITLES).splitlines()

    assert lines == [
        "| k answers/s (÷ gdnsd) | static |",
        "| --- | --- |",
        "| gdnsd | 500 (1.00) |",
        "| gslb, compiled engine | 600 (1.20) **2.0% lost or wrong** |",
    ]


def test_every_other_figure_stands_with_its_spread(results):
    results.add("gdnsd", "static", **{"p99 at 70 %": 100.0})

    assert "| gdnsd | static | p99 at 70 % | 110 | 100 … 120 (2) |" in report.others(results, TITLES).splitlines()


def test_a_page_tells_what_broke_off(results):
    results.notes["map"] = "broke off: too slow"

    page = report.page(results, TITLES, "heading", "about", "plot.svg")

    assert page.startswith("# heading\n\nabout\n\n![answers a second](plot.svg)\n")
    assert page.endswith("\n## Notes\n\n- map: broke off: too slow\n")


def test_a_page_tells_when_each_part_was_measured(results):
    results.parts["speed"] = "04:10 UTC, 3 rounds of 3 s"

    assert "\n## Parts\n\n- speed: 04:10 UTC, 3 rounds of 3 s\n" in report.page(results, TITLES, "", "", "")


def test_a_plot_has_a_bar_for_each_server_and_case(results):
    drawn = ET.fromstring(report.plot(results, TITLES))
    bars = [each for each in drawn.iter("{http://www.w3.org/2000/svg}rect") if each.get("height") != "100%"]

    lengths = [int(each.get("width")) for each in bars]
    assert len(lengths) == 2
    assert lengths[0] / lengths[1] == pytest.approx(500 / 600, rel=0.01)


def test_nothing_measured_is_an_empty_plot():
    assert ET.fromstring(report.plot(Results(), TITLES)) is not None
